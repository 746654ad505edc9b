import { AsyncLocalStorage } from "node:async_hooks";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SystemClock } from "./system-clock.js";

describe("the clock of the machine", () => {
  let fired: string[];
  // one of its own for each test: that of the program may wait for timers of the real time
  let systemClock: SystemClock;
  const note = (name: string): void => void fired.push(name);

  beforeEach(() => {
    fired = [];
    systemClock = new SystemClock();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
  });

  afterEach(() => {
    vi.runAllTimers();
    vi.useRealTimers();
  });

  it("fires timers of one delay in the order in which they were set, each at its time", () => {
    systemClock.setTimeout(note, 500, "first");
    vi.advanceTimersByTime(200);
    systemClock.setTimeout(note, 500, "second");
    vi.advanceTimersByTime(299);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(fired).toEqual(["first"]);
    vi.advanceTimersByTime(200);
    expect(fired).toEqual(["first", "second"]);
  });

  it("fires timers of several delays", () => {
    systemClock.setTimeout(note, 4000, "late");
    systemClock.setTimeout(note, 10, "early");
    vi.advanceTimersByTime(4000);
    expect(fired).toEqual(["early", "late"]);
  });

  it.each([0, 1, 2])("forgets a timer that was stopped, wherever it stands (%s)", (stopped) => {
    const handles = ["a", "b", "c"].map((name) => systemClock.setTimeout(note, 100, name));
    systemClock.clearTimeout(handles[stopped] ?? {});
    systemClock.clearTimeout(handles[stopped] ?? {});
    vi.advanceTimersByTime(100);
    expect(fired).toEqual(["a", "b", "c"].filter((_name, index) => index !== stopped));
  });

  it("ignores to be told to stop a timer that has fired, and handles of others", () => {
    const handle = systemClock.setTimeout(note, 100, "a");
    vi.advanceTimersByTime(100);
    systemClock.setTimeout(note, 100, "b");
    systemClock.clearTimeout(handle);
    systemClock.clearTimeout({});
    vi.advanceTimersByTime(100);
    expect(fired).toEqual(["a", "b"]);
  });

  it("waits the whole delay again after all timers of it were stopped", () => {
    systemClock.clearTimeout(systemClock.setTimeout(note, 100, "never"));
    vi.advanceTimersByTime(60);
    systemClock.setTimeout(note, 100, "b");
    vi.advanceTimersByTime(99);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(fired).toEqual(["b"]);
  });

  it("lets a timer set itself anew", () => {
    const again = (left: number): void => {
      fired.push(String(left));
      if (left > 0) systemClock.setTimeout(again, 50, left - 1);
    };
    systemClock.setTimeout(again, 50, 2);
    vi.advanceTimersByTime(150);
    expect(fired).toEqual(["2", "1", "0"]);
  });

  it("keeps the others when one throws", () => {
    const fail = (): never => {
      throw new RangeError("a timer's own fault");
    };
    systemClock.setTimeout(fail, 100, undefined);
    systemClock.setTimeout(note, 100, "b");
    expect(() => vi.advanceTimersByTime(100)).toThrow("a timer's own fault");
    vi.advanceTimersByTime(1);
    expect(fired).toEqual(["b"]);
  });

  it("waits longer than Node can count", () => {
    const longest = 2 ** 31;
    systemClock.setTimeout(note, longest, "late");
    vi.advanceTimersByTime(longest - 1);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(fired).toEqual(["late"]);
  });

  it("takes a delay below a millisecond for one", () => {
    systemClock.setTimeout(note, 0.2, "a");
    systemClock.setTimeout(note, -5, "b");
    vi.advanceTimersByTime(1);
    expect(fired).toEqual(["a", "b"]);
  });
});

describe("the clock of the machine, and asynchronous contexts", () => {
  it("runs what it calls in nobody's asynchronous context: a timer of Node serves many", async () => {
    const storage = new AsyncLocalStorage<string>();
    const clock = new SystemClock();
    const seen = await new Promise((resolve) => {
      storage.run("a caller", () => clock.setTimeout(() => resolve(storage.getStore()), 1, undefined));
    });
    expect(seen).toBeUndefined();
  });
});
