import { createSeededRandom, ManualClock } from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { Scheduled, Scheduler } from "./scheduler.js";

class Entry extends Scheduled {
  readonly #fire: (entry: Entry) => void;

  constructor(fire: (entry: Entry) => void) {
    super();
    this.#fire = fire;
  }

  onDue(): void {
    this.#fire(this);
  }
}

let clock: ManualClock;
let scheduler: Scheduler;

beforeEach(() => {
  clock = new ManualClock();
  scheduler = new Scheduler(clock);
});

describe("Scheduler", () => {
  describe("with many entries", () => {
    it("fires them in the order of their times, first come first served, with one timer of the clock", () => {
      const random = createSeededRandom(7);
      const fired: number[] = [];
      const delays = Array.from({ length: 2000 }, () => random.integer(500));
      for (const [index, delay] of delays.entries()) {
        scheduler.schedule(new Entry(() => void fired.push(delay * 10_000 + index)), delay);
      }
      expect(clock.pendingCount).toBe(1);
      clock.advance(500);
      expect(fired).toHaveLength(2000);
      expect(fired).toEqual(fired.toSorted((one, other) => one - other));
      expect(clock.pendingCount).toBe(0);
    });

    it("keeps the order when entries are cancelled and moved", () => {
      const random = createSeededRandom(3);
      const fired: number[] = [];
      const entries = Array.from({ length: 500 }, (_, index) => new Entry(() => void fired.push(index)));
      const due = new Map<number, number>();
      for (const [index, entry] of entries.entries()) {
        const delay = random.integer(1000);
        scheduler.schedule(entry, delay);
        due.set(index, delay);
      }
      for (const [index, entry] of entries.entries()) {
        if (index % 3 === 0) {
          scheduler.cancel(entry);
          due.delete(index);
        } else if (index % 3 === 1) {
          const delay = random.integer(1000);
          scheduler.schedule(entry, delay);
          due.set(index, delay);
        }
      }
      clock.advance(1000);
      expect(new Set(fired)).toEqual(new Set(due.keys()));
      const times = fired.map((index) => due.get(index) ?? 0);
      expect(times).toEqual(times.toSorted((one, other) => one - other));
    });

    it("holds a million without a second timer of the clock", () => {
      let count = 0;
      for (let index = 0; index < 1_000_000; index++) {
        scheduler.schedule(new Entry(() => count++), 1_000_000 - index);
      }
      expect(scheduler.length).toBe(1_000_000);
      expect(clock.pendingCount).toBe(1);
      scheduler.close();
      expect(clock.pendingCount).toBe(0);
      // A machine that does much else takes its time for a million objects.
    }, 60_000);
  });

  describe("an entry", () => {
    it("can schedule itself again while it fires", () => {
      const times: number[] = [];
      const entry = new Entry((self) => {
        times.push(clock.monotonic());
        if (times.length < 3) scheduler.schedule(self, 10);
      });
      scheduler.schedule(entry, 10);
      clock.advance(100);
      expect(times).toEqual([10, 20, 30]);
    });

    it("waits longer than Node's timers can", () => {
      const times: number[] = [];
      const year = 365 * 24 * 3_600_000;
      scheduler.schedule(new Entry(() => void times.push(clock.monotonic())), year);
      clock.advance(year);
      expect(times).toEqual([year]);
    });

    it("does nothing when it was cancelled, however often", () => {
      const entry = new Entry(() => expect.unreachable());
      scheduler.schedule(entry, 5);
      scheduler.cancel(entry);
      scheduler.cancel(entry);
      clock.advance(10);
      expect(clock.pendingCount).toBe(0);
    });

    it("that throws does not stop the others", () => {
      let isReached = false;
      scheduler.schedule(
        new Entry(() => {
          throw new TypeError("broken");
        }),
        1,
      );
      scheduler.schedule(new Entry(() => void (isReached = true)), 2);
      expect(() => clock.advance(1)).toThrow("broken");
      clock.advance(1);
      expect(isReached).toBe(true);
    });
  });
});
