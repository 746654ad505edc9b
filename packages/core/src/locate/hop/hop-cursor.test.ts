import { ManualClock } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { HopCursor, type HopCursorOptions } from "./hop-cursor.js";
import type { NextHop } from "./next-hop.js";
import { ServerPenalties } from "./server-penalties.js";

function hop(address: string): NextHop {
  return {
    protocol: "udp",
    address,
    port: 5060,
    family: 4,
    domain: "example.com",
    host: "a.example.com",
    source: "srv",
  };
}

const [a, b, c] = [hop("192.0.2.1"), hop("192.0.2.2"), hop("192.0.2.3")] as const;

function setUp(): {
  clock: ManualClock;
  penalties: ServerPenalties;
  walk: (options?: HopCursorOptions) => (NextHop | undefined)[];
} {
  const clock = new ManualClock();
  const penalties = new ServerPenalties(clock);
  const walk = (options?: HopCursorOptions): (NextHop | undefined)[] => {
    const cursor = new HopCursor([a, b, c], penalties, options);
    return [cursor.next(), cursor.next(), cursor.next(), cursor.next()];
  };
  return { clock, penalties, walk };
}

describe("RFC 3263 §4.3 HopCursor", () => {
  it("goes through the hops in order, each once", () => {
    expect(setUp().walk()).toEqual([a, b, c, undefined]);
  });

  it("knows where it is", () => {
    const cursor = new HopCursor([a, b], setUp().penalties);
    expect(cursor.current).toBeUndefined();
    cursor.next();
    expect(cursor.current).toBe(a);
  });

  it("ends at once without hops", () => {
    expect(new HopCursor([], setUp().penalties).next()).toBeUndefined();
  });

  describe("with penalised servers", () => {
    it("gives them last, in their order", () => {
      const { penalties, walk } = setUp();
      penalties.reportFailure(b);
      penalties.reportFailure(a);
      expect(walk()).toEqual([c, a, b, undefined]);
    });

    it("looks at each when its turn comes", () => {
      const { penalties } = setUp();
      const cursor = new HopCursor([a, b, c], penalties);
      cursor.next();
      penalties.reportFailure(b);
      expect([cursor.next(), cursor.next(), cursor.next()]).toEqual([c, b, undefined]);
    });

    it("gives them in order again when their time is over", () => {
      const { clock, penalties, walk } = setUp();
      penalties.reportFailure(a);
      clock.advance(30_000);
      expect(walk()).toEqual([a, b, c, undefined]);
    });
  });

  describe("with barred servers, RFC 3261 §21.5.4", () => {
    it("leaves them out and tells when the first may be used", () => {
      const { penalties } = setUp();
      penalties.reportFailure(a, { retryAfter: 120 });
      penalties.reportFailure(b, { retryAfter: 60.5 });
      const cursor = new HopCursor([a, b, c], penalties);
      expect([cursor.next(), cursor.next()]).toEqual([c, undefined]);
      expect(cursor.retryAfter).toBe(61);
    });

    it("tells no time when none is barred", () => {
      const cursor = new HopCursor([a], setUp().penalties);
      cursor.next();
      cursor.next();
      expect(cursor.retryAfter).toBe(0);
    });

    it("gives them when their time ends while others are tried", () => {
      const { clock, penalties } = setUp();
      penalties.reportFailure(a, { retryAfter: 10 });
      const cursor = new HopCursor([a, b], penalties);
      expect(cursor.next()).toBe(b);
      clock.advance(32_000);
      expect([cursor.next(), cursor.next()]).toEqual([a, undefined]);
    });

    it("does not give one that was barred meanwhile", () => {
      const { penalties } = setUp();
      penalties.reportFailure(b);
      const cursor = new HopCursor([a, b], penalties);
      cursor.next();
      penalties.reportFailure(b, { retryAfter: 60 });
      expect(cursor.next()).toBeUndefined();
    });

    it("gives them after all others when asked for", () => {
      const { penalties, walk } = setUp();
      penalties.reportFailure(a, { retryAfter: 60 });
      penalties.reportFailure(b);
      expect(walk({ barred: "last" })).toEqual([c, b, a, undefined]);
    });
  });
});
