import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkA, checkAaaa, checkNaptr, checkSrv, checkTtl } from "./checked-records.js";

describe("RFC 2181 §8 TTL", () => {
  it.each([
    [0, 0],
    [300, 300],
    [0x7fff_ffff, 0x7fff_ffff],
    [0x8000_0000, 0],
    [-1, 0],
    [Number.NaN, 0],
    [Infinity, 0],
    ["300", 0],
    [undefined, 0],
  ])("%j counts as %j", (ttl, seconds) => {
    expect(checkTtl(ttl)).toBe(seconds);
  });
});

describe("RFC 1035 §3.4.1, RFC 3596 §2.1 address records", () => {
  it("takes an address of its own family only", () => {
    expect(checkA({ address: "192.0.2.1", ttl: 5 })).toEqual({ address: "192.0.2.1", ttl: 5 });
    expect(checkA({ address: "2001:db8::1", ttl: 5 })).toBeUndefined();
    expect(checkAaaa({ address: "2001:DB8::1", ttl: 5 })).toEqual({ address: "2001:db8::1", ttl: 5 });
    expect(checkAaaa({ address: "192.0.2.1", ttl: 5 })).toBeUndefined();
    expect(checkA({ address: "example.com", ttl: 5 })).toBeUndefined();
  });
});

describe("RFC 2782 SRV records", () => {
  const record = { priority: 1, weight: 2, port: 5060, target: "A.example.com.", ttl: 5 };

  it("writes the target in lower case without trailing dot", () => {
    expect(checkSrv(record)).toEqual({ ...record, target: "a.example.com" });
  });

  it.each(["", "."])("writes the root %j as a dot, whatever the port", (target) => {
    expect(checkSrv({ ...record, target, port: 0 })).toMatchObject({ target: "." });
  });

  it("leaves an address where a name should be", () => {
    expect(checkSrv({ ...record, target: "192.0.2.1" })).toMatchObject({ target: "192.0.2.1" });
  });

  it.each([
    { port: 0 },
    { port: 65_536 },
    { port: 1.5 },
    { priority: -1 },
    { weight: 65_536 },
    { weight: "10" },
    { target: "a b" },
    { target: undefined },
    { target: `${"a".repeat(300)}.test` },
  ])("does not take %j", (change) => {
    expect(checkSrv({ ...record, ...change })).toBeUndefined();
  });
});

describe("RFC 3403 §4 NAPTR records", () => {
  const record = { order: 1, preference: 2, flags: "s", service: "SIP+D2U", regexp: "", replacement: "x.test", ttl: 5 };

  it("takes a rule with replacement and one with expression", () => {
    expect(checkNaptr(record)).toEqual(record);
    expect(checkNaptr({ ...record, regexp: "!^.*$!sip:x!", replacement: "" })).toMatchObject({ replacement: "." });
  });

  it.each([
    { order: -1 },
    { preference: 70_000 },
    { flags: null },
    { service: 5 },
    { regexp: "x".repeat(256) },
    { replacement: "-\0" },
  ])("does not take %j", (change) => expect(checkNaptr({ ...record, ...change })).toBeUndefined());
});

describe("any record", () => {
  const keys = [
    "address",
    "priority",
    "weight",
    "port",
    "target",
    "order",
    "preference",
    "flags",
    "service",
    "regexp",
    "ttl",
  ];
  const hostile = fc.dictionary(fc.constantFrom(...keys, "replacement"), fc.anything());

  it("is taken or left, never thrown about", () => {
    fc.assert(
      fc.property(hostile, (record) => {
        for (const check of [checkA, checkAaaa, checkSrv, checkNaptr]) expect(() => check(record)).not.toThrow();
      }),
    );
  });
});
