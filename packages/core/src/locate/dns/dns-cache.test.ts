import { ManualClock, ScriptedResolver } from "@siplet/testkit";
import { describe, expect, it, vi } from "vitest";
import { silentLogger } from "../../log/logger.js";
import type { DnsCacheLimits } from "./answer-cache.js";
import { DnsCache } from "./dns-cache.js";
import type { DnsAnswer, DnsResolver } from "./dns-resolver.js";

const zone = `
  $ORIGIN example.com.
  @        600 SOA ns host 1 2 3 4 60
  a        20  A 192.0.2.1
  a        50  A 192.0.2.2
  b        20  A 192.0.2.3
  once     0   A 192.0.2.4
  long     999999 A 192.0.2.5
`;

function setUp(limits: Partial<DnsCacheLimits> = {}) {
  const clock = new ManualClock();
  const resolver = new ScriptedResolver({ clock, zone });
  const log = { ...silentLogger, warn: vi.fn() };
  return { clock, resolver, log, cache: new DnsCache({ clock, log, resolver, limits }) };
}

describe("DnsCache", () => {
  describe("RFC 1035 §7.4 positive answers", () => {
    it("are kept for the smallest TTL among their records", async () => {
      const { cache, clock, resolver } = setUp();
      expect(cache.a.peek("a.example.com")).toBeUndefined();
      const answer = await cache.resolveA("a.example.com");
      clock.advance(19_999);
      expect(cache.a.peek("a.example.com")).toEqual(answer);
      expect(await cache.resolveA("a.example.com")).toEqual(answer);
      expect(resolver.asked).toHaveLength(1);
      clock.advance(1);
      expect(cache.a.peek("a.example.com")).toBeUndefined();
      await cache.resolveA("a.example.com");
      expect(resolver.asked).toHaveLength(2);
    });

    it("with TTL zero serve the question under way and no other", async () => {
      const { cache, resolver } = setUp();
      await cache.resolveA("once.example.com");
      expect(cache.a.peek("once.example.com")).toBeUndefined();
      await cache.resolveA("once.example.com");
      expect(resolver.asked).toHaveLength(2);
    });

    it("are kept between the bounds set", async () => {
      const { cache, clock } = setUp({ minTtl: 5, maxTtl: 100 });
      await cache.resolveA("once.example.com");
      await cache.resolveA("long.example.com");
      clock.advance(4_999);
      expect(cache.a.peek("once.example.com")).toBeDefined();
      clock.advance(95_000);
      expect(cache.a.peek("long.example.com")).toBeDefined();
      clock.advance(1);
      expect(cache.a.peek("long.example.com")).toBeUndefined();
    });

    it("are kept apart by type", async () => {
      const { cache, resolver } = setUp();
      await cache.resolveA("a.example.com");
      await cache.resolveAaaa("a.example.com");
      await cache.resolveSrv("a.example.com");
      await cache.resolveNaptr("a.example.com");
      expect(resolver.asked).toEqual(["A", "AAAA", "SRV", "NAPTR"].map((type) => `${type} a.example.com`));
    });

    it("are cut to the records allowed, the best ones of SRV and NAPTR", async () => {
      const { cache, resolver } = setUp({ maxRecords: 2 });
      resolver.zone.add(`
        s.example.com. SRV 30 0 5060 three.example.com.
        s.example.com. SRV 10 0 5060 one.example.com.
        s.example.com. SRV 20 0 5060 two.example.com.
      `);
      const answer = await cache.resolveSrv("s.example.com");
      expect(answer).toMatchObject({ records: [{ target: "one.example.com" }, { target: "two.example.com" }] });
    });

    it("leave when told to", async () => {
      const { cache } = setUp();
      await cache.resolveA("a.example.com");
      cache.clear();
      expect(cache.a.peek("a.example.com")).toBeUndefined();
    });
  });

  describe("RFC 2308 §5 negative answers", () => {
    it("are kept as long as the SOA says", async () => {
      const { cache, clock } = setUp();
      expect(await cache.resolveA("x.example.com")).toEqual({ kind: "negative", reason: "nxdomain", ttl: 60 });
      expect(await cache.resolveAaaa("a.example.com")).toEqual({ kind: "negative", reason: "nodata", ttl: 60 });
      clock.advance(59_999);
      expect([cache.a.peek("x.example.com"), cache.aaaa.peek("a.example.com")]).not.toContain(undefined);
      clock.advance(1);
      expect([cache.a.peek("x.example.com"), cache.aaaa.peek("a.example.com")]).toEqual([undefined, undefined]);
    });

    it("are kept for a default where no SOA is known, and never beyond the bound", async () => {
      const { cache, clock, resolver } = setUp({ negativeTtl: 7, maxNegativeTtl: 9 });
      await cache.resolveA("elsewhere.test");
      resolver.zone.add("big.test. 86400 SOA ns.big.test. host.big.test. 1 2 3 4 86400");
      await cache.resolveA("x.big.test");
      clock.advance(7_000);
      expect(cache.a.peek("elsewhere.test")).toBeUndefined();
      expect(cache.a.peek("x.big.test")).toBeDefined();
      clock.advance(2_000);
      expect(cache.a.peek("x.big.test")).toBeUndefined();
    });
  });

  describe("failures, RFC 2308 §7", () => {
    it("are remembered shortly and logged", async () => {
      const { cache, clock, resolver, log } = setUp({ failureTtl: 5 });
      resolver.script.on({}, { kind: "error", rcode: "SERVFAIL" });
      expect(await cache.resolveA("a.example.com")).toMatchObject({ kind: "failure", reason: "servfail" });
      resolver.script.clear();
      clock.advance(4_999);
      expect(await cache.resolveA("a.example.com")).toMatchObject({ kind: "failure" });
      clock.advance(1);
      expect(await cache.resolveA("a.example.com")).toMatchObject({ kind: "records" });
      expect(log.warn).toHaveBeenCalledOnce();
    });

    it("stand for a rejected promise, with its cause, and for a resolver that throws", async () => {
      const cause = new RangeError("broken");
      const resolver: DnsResolver = {
        resolveA: () => Promise.reject(cause),
        resolveAaaa: () => {
          throw cause;
        },
        resolveNaptr: () => Promise.reject(cause),
        resolveSrv: () => Promise.reject(cause),
      };
      const cache = new DnsCache({ clock: new ManualClock(), log: silentLogger, resolver });
      expect(await cache.resolveA("a.test")).toEqual({ kind: "failure", reason: "servfail", cause });
      expect(await cache.resolveAaaa("a.test")).toEqual({ kind: "failure", reason: "servfail", cause });
    });

    it("stand for no answer in time; the answer that comes late is still of use", async () => {
      const { cache, clock, resolver } = setUp({ lookupTimeout: 2_000, failureTtl: 5 });
      resolver.script.on({ times: 1 }, { kind: "answer", delay: 3_000 });
      const answer = cache.resolveA("a.example.com");
      await clock.advanceAsync(2_000);
      expect(await answer).toMatchObject({ kind: "failure", reason: "timeout" });
      await clock.advanceAsync(1_000);
      expect(cache.a.peek("a.example.com")).toMatchObject({ kind: "records" });
      expect(clock.pendingCount).toBe(0);
    });

    it("stand for records none of which can be used", async () => {
      const { cache, resolver } = setUp();
      resolver.zone.add([{ name: "bad.test", ttl: 5, type: "A", value: "not an address" }]);
      expect(await cache.resolveA("bad.test")).toMatchObject({ kind: "failure", reason: "malformed" });
    });

    it.each([null, undefined, 5, "x", {}, { kind: "records" }, { kind: "records", records: 5 }, { kind: "other" }])(
      "stand for %j instead of an answer",
      async (answer) => {
        const { resolver } = setUp();
        vi.spyOn(resolver, "resolveA").mockResolvedValue(answer as DnsAnswer<never>);
        const cache = new DnsCache({ clock: new ManualClock(), log: silentLogger, resolver });
        expect(await cache.resolveA("a.test")).toMatchObject({ kind: "failure" });
      },
    );
  });

  describe("questions", () => {
    it("asked together are asked once", async () => {
      const { cache, clock, resolver } = setUp();
      resolver.script.on({}, { kind: "answer", delay: 100 });
      const answers = Promise.all([1, 2, 3].map(() => cache.resolveA("a.example.com")));
      await clock.advanceAsync(100);
      const [first, ...others] = await answers;
      expect(others).toEqual([first, first]);
      expect(resolver.asked).toHaveLength(1);
    });

    it("are bounded in number", async () => {
      const { cache, resolver } = setUp({ maxPending: 1 });
      resolver.script.on({}, { kind: "silence" });
      void cache.resolveA("a.example.com");
      expect(await cache.resolveA("b.example.com")).toMatchObject({ kind: "failure", reason: "limit" });
      expect(resolver.asked).toEqual(["A a.example.com"]);
    });
  });

  describe("size", () => {
    it("is bounded; the name not used for longest leaves", async () => {
      const { cache } = setUp({ maxEntries: 2 });
      await cache.resolveA("a.example.com");
      await cache.resolveA("b.example.com");
      cache.a.peek("a.example.com");
      await cache.resolveA("long.example.com");
      expect(cache.a.peek("a.example.com")).toBeDefined();
      expect(cache.a.peek("b.example.com")).toBeUndefined();
      expect(cache.a.peek("long.example.com")).toBeDefined();
    });
  });

  it("closes the resolver behind it, if that can be closed", () => {
    const { cache, resolver } = setUp();
    expect(() => cache.close()).not.toThrow();
    const close = vi.fn();
    new DnsCache({ clock: new ManualClock(), log: silentLogger, resolver: Object.assign(resolver, { close }) }).close();
    expect(close).toHaveBeenCalledOnce();
  });
});
