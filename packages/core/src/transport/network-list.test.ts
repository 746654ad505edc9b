import { describe, expect, it } from "vitest";
import { NetworkList } from "./network-list.js";

describe("a list of networks", () => {
  const list = new NetworkList(["10.0.0.0/8", "192.0.2.7", "fd00::/8", "2001:db8::1"]);

  it.each(["10.0.0.1", "10.255.255.255", "192.0.2.7", "fd12:3456::1", "2001:DB8:0::1", "fd00::1%eth0"])(
    "holds %s",
    (address) => {
      expect(list.includes(address)).toBe(true);
    },
  );

  it.each(["11.0.0.1", "192.0.2.8", "2001:db8::2", "fe80::1", "::", "pc33.example.com", ""])(
    "does not hold %j",
    (address) => {
      expect(list.includes(address)).toBe(false);
    },
  );

  it.each(["10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "fd00::/129", "10.0.0.0/-1", "10.0.0.0/8.5", "example.com", ""])(
    "is not made of %j, and says how to write it",
    (network) => {
      expect(() => new NetworkList([network])).toThrow(
        expect.objectContaining({ code: "transport.option", message: expect.stringContaining("10.0.0.0/8") as string }),
      );
    },
  );

  it("holds everything by a prefix of 0", () => {
    expect(new NetworkList(["0.0.0.0/0"]).includes("203.0.113.1")).toBe(true);
  });
});
