import { describe, expect, it } from "vitest";
import { ManualClock } from "./manual-clock.js";

function recorder(clock: ManualClock): {
  readonly log: string[];
  at(delay: number, name: string): object;
} {
  const log: string[] = [];
  return {
    log,
    at: (delay, name) => clock.setTimeout((text) => log.push(`${text}@${clock.monotonic()}`), delay, name),
  };
}

describe("ManualClock", () => {
  describe("time", () => {
    it("stands still by itself and moves wall clock and monotonic time together", () => {
      const clock = new ManualClock(1_000_000);
      expect([clock.now(), clock.monotonic()]).toEqual([1_000_000, 0]);
      clock.advance(250);
      expect([clock.now(), clock.monotonic()]).toEqual([1_000_250, 250]);
    });

    it("refuses to go back or to move by no number", () => {
      const clock = new ManualClock();
      expect(() => clock.advance(-1)).toThrow(RangeError);
      expect(() => clock.advance(Number.NaN)).toThrow(RangeError);
      clock.advance(5);
      expect(clock.monotonic()).toBe(5);
    });
  });

  describe("timers", () => {
    it("runs them in order of due time, equal ones in order of age", () => {
      const clock = new ManualClock();
      const { log, at } = recorder(clock);
      at(500, "B");
      at(100, "A");
      at(500, "C");
      clock.advance(500);
      expect(log).toEqual(["A@100", "B@500", "C@500"]);
    });

    it("leaves those due later and tells how many wait and for how long", () => {
      const clock = new ManualClock();
      const { log, at } = recorder(clock);
      at(500, "A");
      at(32_000, "B");
      clock.advance(600);
      expect(log).toEqual(["A@500"]);
      expect([clock.pendingCount, clock.nextDueIn]).toEqual([1, 31_400]);
      clock.advance(31_400);
      expect([clock.pendingCount, clock.nextDueIn]).toEqual([0, undefined]);
    });

    it("runs timers that timers start, when they fall into the time passed", () => {
      const clock = new ManualClock();
      const copies: number[] = [];
      const retransmit = (interval: number): void => {
        copies.push(clock.monotonic());
        clock.setTimeout(retransmit, interval, interval * 2);
      };
      clock.setTimeout(retransmit, 500, 1000);
      clock.advance(31_500);
      expect(copies).toEqual([500, 1500, 3500, 7500, 15_500, 31_500]);
    });

    it("takes a delay below zero, or none, as now", () => {
      const clock = new ManualClock();
      const { log, at } = recorder(clock);
      at(-5, "A");
      at(Number.NaN, "B");
      clock.advance(0);
      expect(log).toEqual(["A@0", "B@0"]);
    });

    it("forgets a cleared timer and ignores a handle that is not its own", () => {
      const clock = new ManualClock();
      const { log, at } = recorder(clock);
      const handle = at(10, "A");
      at(20, "B");
      clock.clearTimeout(handle);
      clock.clearTimeout(handle);
      clock.clearTimeout({});
      clock.advance(100);
      expect(log).toEqual(["B@20"]);
    });

    it("stays usable when a callback throws", () => {
      const clock = new ManualClock();
      const { log, at } = recorder(clock);
      clock.setTimeout(
        () => {
          throw new RangeError("boom");
        },
        10,
        undefined,
      );
      at(20, "A");
      expect(() => clock.advance(50)).toThrow("boom");
      expect(clock.monotonic()).toBe(10);
      clock.advance(40);
      expect(log).toEqual(["A@20"]);
    });

    it("refuses to be moved by a timer", () => {
      const clock = new ManualClock();
      clock.setTimeout(() => clock.advance(1), 1, undefined);
      expect(() => clock.advance(1)).toThrow(RangeError);
    });

    it("finds a timer that starts itself again without delay", () => {
      const clock = new ManualClock();
      const again = (): void => void clock.setTimeout(again, 0, undefined);
      again();
      expect(() => clock.advance(1)).toThrow(/without delay/);
    });
  });

  describe("advanceAsync", () => {
    it("lets promises settle between two timers, however long their chain", async () => {
      const clock = new ManualClock();
      const log: string[] = [];
      const chain = async (name: string): Promise<void> => {
        for (let step = 0; step < 20; step++) await Promise.resolve();
        log.push(`${name} settled @${clock.monotonic()}`);
      };
      clock.setTimeout((name) => void chain(name), 10, "first");
      clock.setTimeout((name) => void chain(name), 20, "second");
      await clock.advanceAsync(30);
      expect(log).toEqual(["first settled @10", "second settled @20"]);
      expect(clock.monotonic()).toBe(30);
    });

    it("runs timers that a settled promise starts", async () => {
      const clock = new ManualClock();
      const fired: number[] = [];
      void Promise.resolve().then(() => clock.setTimeout(() => fired.push(clock.monotonic()), 5, undefined));
      await clock.advanceAsync(10);
      expect(fired).toEqual([5]);
    });
  });
});
