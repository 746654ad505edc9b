import { describe, expect, it } from "vitest";
import { canonicalHost, formatHost, formatHostPort, hostBetween, hostEnd, isHost, withoutBrackets } from "./host.js";
import { canonicalIpv6, isIpv4, isIpv6, mendIpv6 } from "./ip-address.js";

describe("RFC 3261 §25.1 host names and IPv4 addresses", () => {
  it.each([
    "h",
    "atlanta.com",
    "a-b.c1",
    "example.com.",
    "1a.b.c",
    "192.0.2.1",
    "0.0.0.0",
    "010.1.2.3",
    "my_host",
    "_a._b",
    "x.invalid",
  ])("takes %s", (host) => expect(isHost(host)).toBe(true));

  it.each([
    "",
    ".",
    "a..b",
    ".a",
    "-a",
    "a-",
    "a.-b",
    "a-.b",
    "a.1",
    "1",
    "1.2.3",
    "1.2.3.4.5",
    "256.1.1.1",
    "1.2.3.4.",
    "a b",
    "a:1",
    "[a]",
    "ü",
  ])("refuses %s", (host) => expect(isHost(host)).toBe(false));

  it("stops where the host ends", () => {
    expect(hostEnd("x@h.com:5060", 2, 12)).toBe(7);
    expect(hostEnd("h.com;lr", 0, 8)).toBe(5);
    expect(hostEnd("[::1]:5060", 0, 10)).toBe(5);
    expect(hostEnd("h", 1, 1)).toBe(-1);
  });
});

describe("RFC 5954 IPv6 addresses", () => {
  it.each([
    "::",
    "::1",
    "1::",
    "1:2:3:4:5:6:7:8",
    "2001:DB8::9:1",
    "::ffff:192.0.2.1",
    "1:2:3:4:5:6:1.2.3.4",
    "1:2:3:4:5:6:7::",
    "::2:3:4:5:6:7:8",
    "2001:db8::192.0.2.1",
  ])("takes %s", (address) => {
    expect(isIpv6(address)).toBe(true);
    expect(hostEnd(`[${address}]`, 0, address.length + 2)).toBe(address.length + 2);
  });

  it.each([
    "",
    ":",
    ":::",
    "1",
    "1:2",
    "1:2:3:4:5:6:7:8:9",
    "1::2::3",
    "12345::",
    "g::",
    "1:2:3:4:5:6:7:1.2.3.4",
    "1.2.3.4::",
    "::1.2.3",
    "::1.2.3.256",
    "1:2:3:4:5:6:7:8::",
    "fe80::1%eth0",
    ":1:2:3:4:5:6:7",
  ])("refuses %s", (address) => expect(isIpv6(address)).toBe(false));

  it("are told apart as addresses, not as texts", () => {
    expect(canonicalIpv6("2001:DB8:0:0::0001")).toBe(canonicalIpv6("2001:db8::1"));
    expect(canonicalIpv6("::ffff:192.0.2.1")).toBe("0:0:0:0:0:ffff:c000:201");
    expect(canonicalIpv6("x")).toBeUndefined();
    expect(canonicalHost("2001:DB8::1")).toBe("2001:db8:0:0:0:0:0:1");
    expect(canonicalHost("Atlanta.COM")).toBe("atlanta.com");
  });

  it("lose the third colon before an IPv4 address (RFC 5118 §4.10)", () => {
    expect(mendIpv6("2001:db8:::192.0.2.1")).toBe("2001:db8::192.0.2.1");
    expect(mendIpv6("2001:db8:::1")).toBe("2001:db8:::1");
    expect(hostEnd("[2001:db8:::1]", 0, 14)).toBe(-1);
    expect(hostBetween("[2001:db8:::192.0.2.1]", 0, 22)).toBe("2001:db8::192.0.2.1");
  });

  it("stand in brackets where a port may follow", () => {
    expect([formatHost("::1"), formatHost("h"), formatHostPort("::1", 5060), formatHostPort("h", undefined)]).toEqual([
      "[::1]",
      "h",
      "[::1]:5060",
      "h",
    ]);
    expect([withoutBrackets("[::1]"), withoutBrackets("h")]).toEqual(["::1", "h"]);
  });
});

describe("IPv4 addresses within a text", () => {
  it("are read between two indexes", () => {
    expect([isIpv4("x192.0.2.1y", 1, 10), isIpv4("x192.0.2.1y"), isIpv4("1..2.3"), isIpv4("1.2.3.4444")]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
