import { ManualClock } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import type { NextHop } from "./next-hop.js";
import { ServerPenalties, type PenaltyLimits } from "./server-penalties.js";

function hop(address: string, change: Partial<NextHop> = {}): NextHop {
  return {
    protocol: "udp",
    address,
    port: 5060,
    family: 4,
    domain: "example.com",
    host: "a.example.com",
    source: "srv",
    ...change,
  };
}

const server = hop("192.0.2.1");

function setUp(limits?: Partial<PenaltyLimits>): { clock: ManualClock; penalties: ServerPenalties } {
  const clock = new ManualClock();
  return { clock, penalties: new ServerPenalties(clock, limits) };
}

/** Milliseconds until the server is open again. */
function waitUntilOpen(clock: ManualClock, penalties: ServerPenalties): number {
  const start = clock.monotonic();
  while (penalties.standingOf(server) !== "open") clock.advance(1_000);
  return clock.monotonic() - start;
}

describe("RFC 3263 §4.3 ServerPenalties", () => {
  describe("for a server that failed", () => {
    it("last 30 s, then twice as long each time, up to 300 s", () => {
      const { clock, penalties } = setUp();
      const waits = [1, 2, 3, 4, 5, 6].map(() => {
        penalties.reportFailure(server);
        expect(penalties.standingOf(server)).toBe("penalised");
        return waitUntilOpen(clock, penalties);
      });
      expect(waits).toEqual([30_000, 60_000, 120_000, 240_000, 300_000, 300_000]);
    });

    it("do not grow by requests that fail together", () => {
      const { clock, penalties } = setUp();
      for (let count = 0; count < 100; count++) penalties.reportFailure(server);
      expect(waitUntilOpen(clock, penalties)).toBe(30_000);
    });

    it("begin anew with each failure", () => {
      const { clock, penalties } = setUp();
      penalties.reportFailure(server);
      clock.advance(20_000);
      penalties.reportFailure(server);
      expect(waitUntilOpen(clock, penalties)).toBe(30_000);
    });

    it("are short again when the last failure is long ago", () => {
      const { clock, penalties } = setUp();
      penalties.reportFailure(server);
      clock.advance(30_000 + 299_999);
      penalties.reportFailure(server);
      expect(waitUntilOpen(clock, penalties)).toBe(60_000);
      clock.advance(300_000);
      penalties.reportFailure(server);
      expect(waitUntilOpen(clock, penalties)).toBe(30_000);
    });

    it("end with a success, and with them their growth", () => {
      const { clock, penalties } = setUp();
      penalties.reportFailure(server);
      clock.advance(30_000);
      penalties.reportFailure(server);
      penalties.reportSuccess(server);
      expect(penalties.standingOf(server)).toBe("open");
      penalties.reportFailure(server);
      expect(waitUntilOpen(clock, penalties)).toBe(30_000);
    });
  });

  describe("by Retry-After, RFC 3261 §21.5.4", () => {
    it("bar the server for that time and not for the failure", () => {
      const { clock, penalties } = setUp();
      penalties.reportFailure(server, { retryAfter: 120 });
      clock.advance(119_999);
      expect([penalties.standingOf(server), penalties.barOf(server)]).toEqual(["barred", 1]);
      clock.advance(1);
      expect([penalties.standingOf(server), penalties.barOf(server)]).toEqual(["open", 0]);
    });

    it("are not lifted by a success, nor shortened by a later answer", () => {
      const { penalties } = setUp();
      penalties.reportFailure(server, { retryAfter: 120 });
      penalties.reportFailure(server, { retryAfter: 10 });
      penalties.reportSuccess(server);
      expect(penalties.barOf(server)).toBe(120_000);
    });

    it("are bounded", () => {
      const { penalties } = setUp({ longestBar: 600_000 });
      penalties.reportFailure(server, { retryAfter: 4_294_967_295 });
      expect(penalties.barOf(server)).toBe(600_000);
    });

    it.each([-1, Number.NaN])("of %j count as a plain failure", (retryAfter) => {
      const { penalties } = setUp();
      penalties.reportFailure(server, { retryAfter });
      expect(penalties.standingOf(server)).toBe("penalised");
    });

    it("of zero do nothing", () => {
      const { penalties } = setUp();
      penalties.reportFailure(server, { retryAfter: 0 });
      expect(penalties.standingOf(server)).toBe("open");
    });
  });

  describe("hold for one server only", () => {
    it.each([[hop("192.0.2.2")], [hop("192.0.2.1", { port: 5062 })], [hop("192.0.2.1", { protocol: "tcp" })]])(
      "and not for %j",
      (other) => {
        const { penalties } = setUp();
        penalties.reportFailure(server);
        expect(penalties.standingOf(other)).toBe("open");
      },
    );

    it("whatever name led to it, but over TLS for that name only", () => {
      const { penalties } = setUp();
      penalties.reportFailure(server);
      expect(penalties.standingOf({ ...server, domain: "example.net" })).toBe("penalised");
      const secure = hop("192.0.2.1", { protocol: "tls", port: 5061 });
      penalties.reportFailure(secure);
      expect(penalties.standingOf(secure)).toBe("penalised");
      expect(penalties.standingOf({ ...secure, domain: "example.net" })).toBe("open");
    });
  });

  describe("memory", () => {
    it("is bounded: what is over leaves first, then the oldest", () => {
      const { clock, penalties } = setUp({ maxServers: 2 });
      penalties.reportFailure(hop("192.0.2.1"));
      clock.advance(29_000);
      penalties.reportFailure(hop("192.0.2.2"));
      clock.advance(1_000);
      penalties.reportFailure(hop("192.0.2.3"));
      penalties.reportFailure(hop("192.0.2.4"));
      const standing = ["192.0.2.2", "192.0.2.3", "192.0.2.4"].map((address) => penalties.standingOf(hop(address)));
      expect(standing).toEqual(["open", "penalised", "penalised"]);
    });
  });
});
