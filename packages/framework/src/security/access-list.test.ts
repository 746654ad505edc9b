import { describe, expect, it } from "vitest";
import { AccessList } from "./access-list.js";

describe("an access list", () => {
  it("lets everybody in who is not denied", () => {
    const list = new AccessList({ deny: ["192.0.2.0/24", "2001:db8::/32"] });
    expect(["192.0.2.7", "::ffff:192.0.2.7", "2001:db8::1", "198.51.100.1"].map((each) => list.allows(each))).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  it("lets nobody in who is not allowed, and of those nobody who is denied", () => {
    const list = new AccessList({ allow: ["10.0.0.0/8"], deny: ["10.9.0.0/16"] });
    expect(["10.1.1.1", "10.9.1.1", "192.0.2.1"].map((each) => list.allows(each))).toEqual([true, false, false]);
  });

  it("refuses what is no network", () => {
    expect(() => new AccessList({ allow: ["10.0.0.0/99"] })).toThrow(/"10\.0\.0\.0\/99" is no network/);
  });
});
