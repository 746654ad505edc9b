import {
  KeepAlive,
  expectKeepAlives,
  pingInterval,
  type Connection,
  type EngineError,
  type PingOutcome,
} from "@siplet/core";
import { ManualClock, createSeededRandom } from "@siplet/testkit";
import { describe, expect, it } from "vitest";

/** A connection whose pings are written down and answered by the test. */
function pinged(isReliable: boolean) {
  const clock = new ManualClock();
  const pings: number[] = [];
  const waiting: ((outcome: PingOutcome) => void)[] = [];
  const connection = {
    transport: { isReliable },
    remote: { address: "192.0.2.1", port: 5060 },
    ping: (done: (outcome: PingOutcome) => void) => {
      pings.push(clock.monotonic());
      waiting.push(done);
    },
  } as Pick<Connection, "ping" | "remote"> as Connection;
  return { clock, pings, connection, answer: (outcome: PingOutcome) => waiting.shift()?.(outcome) };
}

describe("RFC 5626 §4.4 the pace of keep-alives", () => {
  it.each([
    ["streams", true, {}, [95_000, 120_000]],
    ["streams that spare a battery", true, { savesPower: true }, [672_000, 840_000]],
    ["streams with a Flow-Timer of 100 s", true, { flowTimer: 100 }, [80_000, 100_000]],
    ["UDP", false, {}, [24_000, 29_000]],
    ["UDP with a Flow-Timer of 20 s", false, { flowTimer: 20 }, [16_000, 20_000]],
  ])("of %s", (_what, isReliable, timing, [least, most]) => {
    expect(pingInterval(isReliable, timing)).toEqual({ least, most });
  });

  it("differs from ping to ping within its bounds", () => {
    const { clock, pings, connection, answer } = pinged(true);
    const keepAlive = new KeepAlive(connection, { clock, random: createSeededRandom(7), onFailed: () => {} });
    keepAlive.start();
    for (let count = 0; count < 50; count++) {
      clock.advance(clock.nextDueIn ?? 0);
      answer({ kind: "answered" });
    }
    const gaps = pings.map((at, index) => at - (pings[index - 1] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(95_000);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(120_000);
    expect(new Set(gaps).size).toBeGreaterThan(40);
  });
});

describe("RFC 5626 §4.4 a flow", () => {
  function run(isReliable: boolean) {
    const subject = pinged(isReliable);
    const failures: EngineError[] = [];
    const random = createSeededRandom(1);
    const keepAlive = new KeepAlive(subject.connection, {
      clock: subject.clock,
      random,
      onFailed: (error) => failures.push(error),
    });
    keepAlive.start();
    return { ...subject, failures, keepAlive, next: () => subject.clock.advance(subject.clock.nextDueIn ?? 0) };
  }

  it("lives while pings are answered", () => {
    const { answer, failures, next, pings } = run(true);
    for (let count = 0; count < 3; count++) {
      next();
      answer({ kind: "answered" });
    }
    expect([pings.length, failures]).toEqual([3, []]);
  });

  it("is dead when the NAT shows another address (§4.4.2)", () => {
    const { answer, clock, failures, next } = run(false);
    for (const port of [40_000, 40_000, 40_001]) {
      next();
      answer({ kind: "answered", mapped: { address: "203.0.113.7", port } });
    }
    expect(failures.map(({ code, statusCode }) => [code, statusCode])).toEqual([["transport.ping", 430]]);
    expect(failures[0]?.message).toContain("203.0.113.7:40001");
    expect(clock.pendingCount).toBe(0);
  });

  it("is given up without a word when somebody stops it", () => {
    const { answer, clock, failures, keepAlive, next } = run(true);
    next();
    keepAlive.stop();
    answer({ kind: "answered" });
    expect([failures, clock.pendingCount]).toEqual([[], 0]);
  });

  it("is watched by the edge for the Flow-Timer and a little more (§5.4)", () => {
    const watched: number[] = [];
    const { connection } = pinged(true);
    expectKeepAlives({ ...connection, expectTraffic: (within) => watched.push(within) }, 120);
    expect(watched).toEqual([125_000]);
  });
});
