import { ManualClock, ScriptedResolver, createSeededRandom } from "@siplet/testkit";
import { describe, expect, it, vi } from "vitest";
import { isEngineError } from "../errors/engine-error.js";
import { silentLogger } from "../log/logger.js";
import type { LocateTarget, NextHop } from "./hop/next-hop.js";
import { Locator, type LocateOptions, type LocatorOptions } from "./locator.js";

const zone = `
  $ORIGIN example.com.
  @            600 SOA ns host 1 2 3 4 60
  @            NAPTR 50 50 "s" "SIPS+D2T" "" _sips._tcp
  @            NAPTR 90 50 "s" "SIP+D2T"  "" _sip._tcp
  @            NAPTR 100 50 "s" "SIP+D2U" "" _sip._udp
  @            A 192.0.2.99
  _sips._tcp   SRV 0 1 5061 server1
  _sips._tcp   SRV 1 1 5061 server2
  _sip._tcp    SRV 0 1 5060 server1
  _sip._udp    SRV 0 1 5070 server1
  server1      A 192.0.2.1
  server1      AAAA 2001:db8::1
  server2      A 192.0.2.2
  plain        A 192.0.2.10
  plain        A 192.0.2.11
  v6only       AAAA 2001:db8::6
`;

type SetUp = { clock: ManualClock; resolver: ScriptedResolver; locator: Locator };

function setUp(options: Partial<LocatorOptions> = {}, text = zone): SetUp {
  const clock = new ManualClock();
  const resolver = new ScriptedResolver({ clock, zone: text });
  const random = createSeededRandom(1);
  return {
    clock,
    resolver,
    locator: new Locator({ clock, resolver, random, protocols: ["udp", "tcp", "tls"], ...options }),
  };
}

function sip(host: string, change: Partial<LocateTarget> = {}): LocateTarget {
  return { secure: false, host, ...change };
}

function show({ protocol, address, port }: NextHop): string {
  return `${protocol} ${address} ${port}`;
}

async function shown(locator: Locator, target: LocateTarget, options?: LocateOptions): Promise<readonly string[]> {
  return (await locator.locate(target, options)).map(show);
}

/** The error that locating ends in, thrown or rejected. */
async function failureOf(locate: () => unknown): Promise<{ code?: string; message?: string; statusCode?: number }> {
  try {
    await locate();
  } catch (error) {
    if (isEngineError(error)) return error;
  }
  return {};
}

describe("RFC 3263 §4 Locator", () => {
  describe("with a numeric host", () => {
    it("answers at once and asks nothing", () => {
      const { locator, resolver } = setUp();
      const hop = {
        protocol: "udp",
        address: "192.0.2.1",
        port: 5060,
        family: 4,
        domain: "192.0.2.1",
        host: "192.0.2.1",
      };
      expect(locator.locate(sip("192.0.2.1"))).toEqual([{ ...hop, source: "numeric" }]);
      expect(resolver.asked).toEqual([]);
    });

    it.each([
      [sip("192.0.2.1", { port: 5062 }), "udp 192.0.2.1 5062"],
      [sip("192.0.2.1", { transport: "tcp" }), "tcp 192.0.2.1 5060"],
      [sip("192.0.2.1", { transport: "tls" }), "tls 192.0.2.1 5061"],
      [sip("192.0.2.1", { secure: true }), "tls 192.0.2.1 5061"],
      [sip("192.0.2.1", { secure: true, port: 5060 }), "tls 192.0.2.1 5060"],
      [sip("[2001:DB8::1]"), "udp 2001:db8::1 5060"],
      [sip("2001:db8::1", { transport: "tcp", port: 6000 }), "tcp 2001:db8::1 6000"],
    ])("%j is %s", (target, hop) => {
      const { locator } = setUp();
      const hops = locator.locate(target);
      expect(Array.isArray(hops) && hops.map(show)).toEqual([hop]);
    });

    it.each([
      ["ws", false, 80],
      ["wss", false, 443],
      ["ws", true, 443],
    ] as const)("over %s, sips %s, has port %i", async (transport, secure, port) => {
      const { locator } = setUp({ protocols: ["udp", "ws", "wss"] });
      const [hop] = await locator.locate(sip("192.0.2.1", { transport, secure }));
      expect(hop?.port).toBe(port);
    });

    it("of a family that is not there is an error", async () => {
      const { locator } = setUp({ families: [4] });
      expect(await failureOf(() => locator.locate(sip("::1")))).toMatchObject({
        code: "locate.unsupported",
        statusCode: 503,
      });
    });
  });

  describe("with a name", () => {
    it("answers at once when the cache knows all, by the same questions", async () => {
      const { locator, resolver } = setUp();
      const first = locator.locate(sip("example.com"));
      expect(first).toBeInstanceOf(Promise);
      const asked = [...resolver.asked];
      const hops = await first;
      expect(locator.locate(sip("example.com"))).toEqual(hops);
      expect(locator.locate(sip("EXAMPLE.com."))).toEqual(hops);
      expect(resolver.asked.slice(0, asked.length)).toEqual(asked);
      expect(new Set(resolver.asked).size).toBe(resolver.asked.length);
    });

    it("names the domain for the certificate, the server and the way", async () => {
      const { locator } = setUp();
      const [hop] = await locator.locate(sip("Example.com", { secure: true }));
      expect(hop).toMatchObject({ domain: "example.com", host: "server1.example.com", source: "naptr" });
      const [plain] = await locator.locate(sip("plain.example.com", { port: 5060 }));
      expect(plain).toMatchObject({ domain: "plain.example.com", host: "plain.example.com", source: "address" });
      const [srv] = await locator.locate(sip("example.com", { transport: "tcp" }));
      expect(srv).toMatchObject({ domain: "example.com", host: "server1.example.com", source: "srv" });
    });

    it("asks for all servers and families together", async () => {
      const { locator, resolver, clock } = setUp();
      resolver.script.on({}, { kind: "answer", delay: 100 });
      const hops = locator.locate(sip("example.com"));
      await clock.advanceAsync(300);
      expect(await hops).toHaveLength(3);
      expect(clock.monotonic()).toBe(300);
      expect(clock.pendingCount).toBe(0);
    });

    it("serves a search from answers that must not be kept", async () => {
      const { locator } = setUp({}, "zero.test. 0 A 192.0.2.1");
      expect(await shown(locator, sip("zero.test"))).toEqual(["udp 192.0.2.1 5060"]);
      expect(locator.locate(sip("zero.test"))).toBeInstanceOf(Promise);
    });

    it.each(["", "a b", "a..b", "999.0.0.1", "[::1", "exämple.com"])(
      "%j is malformed and not asked for",
      async (host) => {
        const { locator, resolver } = setUp();
        expect(await failureOf(() => locator.locate(sip(host)))).toMatchObject({
          code: "locate.malformed",
          statusCode: 400,
        });
        expect(resolver.asked).toEqual([]);
      },
    );

    it.each([0, -1, 65_536, 1.5, Number.NaN])("and port %j is malformed", async (port) => {
      expect(await failureOf(() => setUp().locator.locate(sip("example.com", { port })))).toMatchObject({
        code: "locate.malformed",
      });
    });

    it.each(["invalid", "df7jal23ls0d.invalid", "x.INVALID."])(
      "%s is nobody and not asked for, RFC 7118 §5",
      async (host) => {
        const { locator, resolver } = setUp();
        expect(await failureOf(() => locator.locate(sip(host, { transport: "tcp" })))).toMatchObject({
          code: "locate.not_found",
        });
        expect(resolver.asked).toEqual([]);
      },
    );
  });

  describe("address families", () => {
    it("come in the order preferred, server by server", async () => {
      const { locator } = setUp({ families: [6, 4] });
      expect(await shown(locator, sip("example.com"))).toEqual([
        "tls 2001:db8::1 5061",
        "tls 192.0.2.1 5061",
        "tls 192.0.2.2 5061",
      ]);
    });

    it("that are not there are not asked for", async () => {
      const { locator, resolver } = setUp({ families: [4] });
      expect(await shown(locator, sip("plain.example.com", { port: 5060 }))).toHaveLength(2);
      expect(resolver.asked).toEqual(["A plain.example.com"]);
      expect(await failureOf(() => locator.locate(sip("v6only.example.com")))).toMatchObject({
        code: "locate.not_found",
      });
    });

    it("may be one alone", async () => {
      expect(await shown(setUp().locator, sip("v6only.example.com"))).toEqual(["udp 2001:db8::6 5060"]);
    });
  });

  describe("with records that are wrong", () => {
    it.each([
      ["has an address for a target", "_sip._udp.x.test. SRV 0 0 5060 192.0.2.7", ["udp 192.0.2.7 5060"]],
      [
        "names one address twice",
        "_sip._udp.x.test. SRV 0 0 5060 192.0.2.7\n_sip._udp.x.test. SRV 1 0 5060 192.0.2.7",
        ["udp 192.0.2.7 5060"],
      ],
      [
        "has port 0 beside a good one",
        "_sip._udp.x.test. SRV 0 0 0 192.0.2.6\n_sip._udp.x.test. SRV 1 0 5060 192.0.2.7",
        ["udp 192.0.2.7 5060"],
      ],
      [
        "refuses beside a good one",
        "_sip._udp.x.test. SRV 0 0 5060 .\n_sip._udp.x.test. SRV 1 0 5060 192.0.2.7",
        ["udp 192.0.2.7 5060"],
      ],
      [
        "has a rule without replacement",
        'x.test. NAPTR 0 0 "s" "SIP+D2U" "" .\nx.test. A 192.0.2.7',
        ["udp 192.0.2.7 5060"],
      ],
    ])("that %s gives what can be used", async (_title, text, hops) => {
      expect(await shown(setUp({}, text).locator, sip("x.test"))).toEqual(hops);
    });

    it("takes the next rule when the first leads to no server", async () => {
      const { locator } = setUp(
        {},
        `
         x.test. NAPTR 10 0 "s" "SIPS+D2T" "" _sips._tcp.x.test.
         x.test. NAPTR 20 0 "s" "SIP+D2T" "" _dead._tcp.x.test.
         x.test. NAPTR 30 0 "s" "SIP+D2U" "" _live._udp.x.test.
         _dead._tcp.x.test. SRV 0 0 5060 gone.x.test.
         _live._udp.x.test. SRV 0 0 5070 192.0.2.7
         x.test. A 192.0.2.99`,
      );
      expect(await shown(locator, sip("x.test"))).toEqual(["udp 192.0.2.7 5070"]);
    });

    it("does not fall back to the domain when its servers have no address", async () => {
      const { locator } = setUp({}, "_sip._udp.x.test. SRV 0 0 5060 gone.x.test.\nx.test. A 192.0.2.99");
      expect(await failureOf(() => locator.locate(sip("x.test")))).toMatchObject({ code: "locate.not_found" });
    });

    it("bounds questions and hops", async () => {
      const many = Array.from({ length: 40 }, (_, index) => `_sip._udp.x.test. SRV ${index} 0 5060 s${index}.x.test.`);
      const hosts = Array.from({ length: 40 }, (_, index) => `s${index}.x.test. A 192.0.2.${index}`);
      const { locator, resolver } = setUp({ maxLookups: 10, maxHops: 3 }, [...many, ...hosts].join("\n"));
      expect(await shown(locator, sip("x.test"))).toEqual([0, 1, 2].map((last) => `udp 192.0.2.${last} 5060`));
      expect(resolver.asked.length).toBeLessThanOrEqual(10);
    });
  });

  describe("when the DNS fails", () => {
    it("tells that a domain has no server, and what was asked and answered", async () => {
      const { locator } = setUp();
      const failure = await failureOf(() => locator.locate(sip("absent.example.com")));
      expect(failure).toMatchObject({ code: "locate.not_found", statusCode: 503 });
      for (const part of [
        "NAPTR absent.example.com: nxdomain",
        "SRV _sip._udp.absent.example.com: nxdomain",
        "AAAA absent.example.com: nxdomain",
      ]) {
        expect(failure.message).toContain(part);
      }
    });

    it("throws at once when the cache knows that there is nothing", async () => {
      const { locator } = setUp();
      await failureOf(() => locator.locate(sip("absent.example.com")));
      expect(() => locator.locate(sip("absent.example.com"))).toThrow(/nxdomain/);
    });

    it.each(["NAPTR", "SRV", "AAAA"])("goes on without %s records that cannot be had", async (type) => {
      const { locator, resolver } = setUp();
      resolver.script.on({ type }, { kind: "error", rcode: "SERVFAIL" });
      expect((await shown(locator, sip("example.com"))).length).toBeGreaterThan(0);
    });

    it("says so when nothing can be had", async () => {
      const { locator, resolver } = setUp();
      resolver.script.on({}, { kind: "error", rcode: "SERVFAIL" });
      expect(await failureOf(() => locator.locate(sip("example.com")))).toMatchObject({
        code: "locate.failed",
        statusCode: 503,
      });
    });

    it("waits two seconds for each answer and goes on", async () => {
      const { locator, resolver, clock } = setUp();
      resolver.script.on({ type: "NAPTR" }, { kind: "silence" }).on({ type: "AAAA" }, { kind: "silence" });
      const hops = shown(locator, sip("example.com"));
      await clock.advanceAsync(4_000);
      expect(await hops).toEqual(["udp 192.0.2.1 5070"]);
    });

    it("takes what it has when the time for all is over", async () => {
      const { locator, resolver, clock } = setUp({ timeLimit: 3_000, cache: { lookupTimeout: 60_000 } });
      resolver.script.on({ type: "AAAA" }, { kind: "silence" });
      const hops = shown(locator, sip("example.com"));
      await clock.advanceAsync(3_000);
      expect(await hops).toHaveLength(2);
    });

    it("ends in time when nothing answers, with 504", async () => {
      const { locator, resolver, clock } = setUp();
      resolver.script.on({}, { kind: "silence" });
      const failure = failureOf(() => locator.locate(sip("example.com")));
      await clock.advanceAsync(6_000);
      expect(await failure).toMatchObject({ code: "locate.timeout", statusCode: 504 });
      expect(clock.pendingCount).toBe(0);
    });
  });

  describe("options", () => {
    it("leave NAPTR out", async () => {
      const { locator, resolver } = setUp({ naptr: false });
      expect(await shown(locator, sip("example.com"))).toEqual(["udp 192.0.2.1 5070", "udp 2001:db8::1 5070"]);
      expect(resolver.asked).not.toContain("NAPTR example.com");
    });

    it("close the resolver", () => {
      const close = vi.fn();
      const { clock, resolver } = setUp();
      new Locator({ clock, resolver: Object.assign(resolver, { close }), protocols: ["udp"] }).close();
      expect(close).toHaveBeenCalledOnce();
    });
  });

  describe("failover, RFC 3263 §4.3", () => {
    it("puts servers that failed behind the others, and forgets it after a success", async () => {
      const { locator } = setUp();
      const hops = await locator.locate(sip("example.com", { transport: "tls" }));
      const [first] = hops;
      if (first) locator.reportFailure(first);
      expect(locator.cursor(hops).next()).toEqual(hops[1]);
      if (first) locator.reportSuccess(first);
      expect(locator.cursor(hops).next()).toEqual(first);
    });

    it("leaves servers out that asked for a rest", async () => {
      const { locator } = setUp();
      const hops = await locator.locate(sip("192.0.2.1"));
      for (const hop of hops) locator.reportFailure(hop, { retryAfter: 30 });
      const cursor = locator.cursor(hops);
      expect([cursor.next(), cursor.retryAfter]).toEqual([undefined, 30]);
      expect(locator.cursor(hops, { barred: "last" }).next()).toEqual(hops[0]);
    });

    it("logs when the standing of a server changes, not with each request that fails", async () => {
      const info = vi.fn();
      const { locator } = setUp({ log: { ...silentLogger, info } });
      const hops = await locator.locate(sip("192.0.2.1"));
      for (const hop of [...hops, ...hops]) locator.reportFailure(hop);
      expect(info).toHaveBeenCalledOnce();
    });
  });
});
