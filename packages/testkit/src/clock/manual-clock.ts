import type { Clock, TimerHandle } from "@siplet/core";

/** More timers than this at one instant mean a timer that starts itself again without delay. */
const maxTimersPerInstant = 100_000;

interface ManualTimer {
  readonly due: number;
  fire(): void;
}

/** A clock that stands still until a test moves it; timers run in the order in which they are due. */
export class ManualClock implements Clock {
  readonly #start: number;
  #elapsed = 0;
  #advancing = false;
  #firedAtInstant = 0;
  /** Sorted by due time, then by age. */
  readonly #timers: ManualTimer[] = [];

  /** `start` is what `now()` tells first, in milliseconds since 1970. */
  constructor(start = Date.UTC(2024, 0, 1)) {
    this.#start = start;
  }

  now(): number {
    return this.#start + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  setTimeout<T>(callback: (argument: T) => void, delay: number, argument: T): TimerHandle {
    const due = this.#elapsed + (delay > 0 ? delay : 0);
    const timer: ManualTimer = { due, fire: () => callback(argument) };
    this.#timers.splice(this.#indexAfter(due), 0, timer);
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    const index = this.#timers.findIndex((timer) => timer === handle);
    if (index >= 0) this.#timers.splice(index, 1);
  }

  /** How many timers wait. */
  get pendingCount(): number {
    return this.#timers.length;
  }

  /** Milliseconds until the next timer is due; undefined when none waits. */
  get nextDueIn(): number | undefined {
    const next = this.#timers[0];
    return next && next.due - this.#elapsed;
  }

  /** Moves time forward and runs every timer due by then, also those that timers start on the way. */
  advance(milliseconds: number): void {
    const end = this.#begin(milliseconds);
    try {
      for (let timer = this.#takeDue(end); timer; timer = this.#takeDue(end)) timer.fire();
      this.#elapsed = end;
    } finally {
      this.#advancing = false;
    }
  }

  /** As `advance`, and lets all waiting promises settle before the first timer, between timers and at the end. */
  async advanceAsync(milliseconds: number): Promise<void> {
    const end = this.#begin(milliseconds);
    try {
      await settlePromises();
      for (let timer = this.#takeDue(end); timer; timer = this.#takeDue(end)) {
        timer.fire();
        await settlePromises();
      }
      this.#elapsed = end;
    } finally {
      this.#advancing = false;
    }
    await settlePromises();
  }

  #begin(milliseconds: number): number {
    if (!(milliseconds >= 0)) throw new RangeError(`Time goes forward only, not by ${milliseconds} ms`);
    if (this.#advancing) throw new RangeError("The clock is already being moved; a timer must not move it");
    this.#advancing = true;
    this.#firedAtInstant = 0;
    return this.#elapsed + milliseconds;
  }

  #takeDue(end: number): ManualTimer | undefined {
    const timer = this.#timers[0];
    if (timer === undefined || timer.due > end) return undefined;
    this.#firedAtInstant = timer.due > this.#elapsed ? 1 : this.#firedAtInstant + 1;
    if (this.#firedAtInstant > maxTimersPerInstant) throw new RangeError("A timer starts itself again without delay");
    this.#timers.shift();
    this.#elapsed = timer.due;
    return timer;
  }

  #indexAfter(due: number): number {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#timers[middle]?.due ?? 0) <= due) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A turn of the event loop: every microtask that waits, and those it queues, has run after it. */
function settlePromises(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
