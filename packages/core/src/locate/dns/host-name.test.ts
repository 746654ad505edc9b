import fc from "fast-check";
import { isIP } from "node:net";
import { describe, expect, it } from "vitest";
import { readDomainName, readNumericAddress } from "./host-name.js";

describe("RFC 3261 §25.1 readNumericAddress", () => {
  describe("for IPv4", () => {
    it.each(["0.0.0.0", "192.0.2.1", "255.255.255.255", "127.0.0.1"])("reads %s as it stands", (host) => {
      expect(readNumericAddress(host)).toEqual({ address: host, family: 4 });
    });

    it("reads leading zeros as decimal, so that no socket takes them for octal", () => {
      expect(readNumericAddress("010.000.002.001")).toEqual({ address: "10.0.2.1", family: 4 });
    });

    it.each([
      "",
      "1.2.3",
      "1.2.3.4.5",
      "256.1.1.1",
      "1.2.3.",
      ".1.2.3",
      "1..2.3",
      "1.2.3.4.",
      "1.2.3.0004",
      "1.2.3.a",
      "0x7f.1",
    ])("does not take %j", (host) => expect(readNumericAddress(host)).toBeUndefined());
  });

  describe("for IPv6, RFC 5954", () => {
    it.each([
      ["2001:db8::1", "2001:db8::1"],
      ["[2001:db8::1]", "2001:db8::1"],
      ["2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1"],
      ["[::]", "::"],
      ["::ffff:192.0.2.1", "::ffff:192.0.2.1"],
      ["fe80::1%eth0", "fe80::1%eth0"],
    ])("reads %s as %s", (host, address) => {
      expect(readNumericAddress(host)).toEqual({ address, family: 6 });
    });

    it.each(["[", "[]", "[::1", "::1]", ":", ":::", "1:2", "2001:db8::1::2", "[192.0.2.1]", "host:5060"])(
      "does not take %j",
      (host) => expect(readNumericAddress(host)).toBeUndefined(),
    );
  });

  it("never throws, and what it gives is an address", () => {
    const text = fc.oneof(
      fc.string(),
      fc.ipV4(),
      fc.ipV6(),
      fc.string({ unit: fc.constantFrom(..."01.:[]af%".split("")) }),
    );
    fc.assert(
      fc.property(text, (host) => {
        const numeric = readNumericAddress(host);
        if (numeric) expect(isIP(numeric.address)).toBe(numeric.family);
      }),
    );
  });
});

describe("RFC 1035 §2.3.1, RFC 1123 §2.1 readDomainName", () => {
  it.each([
    ["example.com", "example.com"],
    ["EXAMPLE.com.", "example.com"],
    ["localhost", "localhost"],
    ["_sip._udp.example.com", "_sip._udp.example.com"],
    ["1.2.3.in-addr.arpa", "1.2.3.in-addr.arpa"],
    ["3com.example", "3com.example"],
    ["xn--nxasmq6b.test", "xn--nxasmq6b.test"],
    [`${"a".repeat(63)}.test`, `${"a".repeat(63)}.test`],
  ])("reads %s", (text, name) => {
    expect(readDomainName(text)).toBe(name);
  });

  it.each([
    "",
    ".",
    "..",
    "a..b",
    ".a",
    "a b",
    "a\0b",
    "a\r\nb",
    "müller.test",
    "a/b",
    "1.2.3.4",
    "999.1.1.1",
    "12",
    `${"a".repeat(64)}.test`,
    `${"a.".repeat(130)}test`,
  ])("does not take %j", (text) => {
    expect(readDomainName(text)).toBeUndefined();
  });
});
