import type { Clock, TimerHandle } from "@siplet/core";

/** A timer of the clock; empty once it was cleared. */
interface SwiftTimer {
  callback: (() => void) | undefined;
}

/**
 * A clock without waiting: time jumps from one timer to the next. What is due at one instant runs together, then
 * everything that waits for a promise; so an hour of a thousand calls takes seconds. For tests of small things take the
 * `ManualClock` of testkit, which goes on after each timer.
 */
export class SwiftClock implements Clock {
  readonly #start = Date.UTC(2024, 0, 1);
  readonly #due = new Map<number, SwiftTimer[]>();
  /** The times of `#due` as a heap. */
  readonly #times: number[] = [];
  #elapsed = 0;

  now(): number {
    return this.#start + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  setTimeout<T>(callback: (argument: T) => void, delay: number, argument: T): TimerHandle {
    const time = this.#elapsed + Math.max(0, Math.ceil(delay));
    const timer: SwiftTimer = { callback: () => callback(argument) };
    const together = this.#due.get(time);
    if (together !== undefined) {
      together.push(timer);
      return timer;
    }
    this.#due.set(time, [timer]);
    this.#push(time);
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    (handle as SwiftTimer).callback = undefined;
  }

  /** Runs all that is due within so many milliseconds. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#elapsed + milliseconds;
    await turn();
    for (let time = this.#times[0]; time !== undefined && time <= end; time = this.#times[0]) {
      this.#elapsed = time;
      this.#pop();
      const together = this.#due.get(time) ?? [];
      this.#due.delete(time);
      for (const timer of together) timer.callback?.();
      await turn();
    }
    this.#elapsed = end;
  }

  #push(time: number): void {
    const times = this.#times;
    let place = times.push(time) - 1;
    for (let parent = (place - 1) >> 1; place > 0 && (times[parent] ?? 0) > time; parent = (place - 1) >> 1) {
      times[place] = times[parent] ?? 0;
      place = parent;
    }
    times[place] = time;
  }

  #pop(): void {
    const times = this.#times;
    const last = times.pop();
    if (last === undefined || times.length === 0) return;
    let place = 0;
    for (
      let child = this.#lesser(1, 2);
      (times[child] ?? last) < last;
      child = this.#lesser(2 * place + 1, 2 * place + 2)
    ) {
      times[place] = times[child] ?? last;
      place = child;
    }
    times[place] = last;
  }

  #lesser(left: number, right: number): number {
    return (this.#times[right] ?? Number.POSITIVE_INFINITY) < (this.#times[left] ?? Number.POSITIVE_INFINITY)
      ? right
      : left;
  }
}

/** A turn of the event loop: every promise that waits has gone on after it. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
