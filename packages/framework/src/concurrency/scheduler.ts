import type { Clock, TimerHandle } from "@siplet/core";

/** Something that is due at a time. One object can be scheduled once at a time. */
export abstract class Scheduled {
  /** On the clock's monotonic scale. */
  dueTime = 0;
  /** Decides between equal times: first come, first served. */
  order = 0;
  /** Its place in the heap; -1: not scheduled. */
  place = -1;

  /** Called once it is due; it is not scheduled any more then. */
  abstract onDue(): void;

  get isScheduled(): boolean {
    return this.place >= 0;
  }
}

/** Node counts delays in 31 bits; a longer one would fire at once. */
const longestDelay = 2_147_483_647;
/** How many fire before the event loop gets its turn. */
const batch = 1000;

/**
 * All servlet timers and scheduled tasks of a container: a heap with one timer of the clock, so that a million of them
 * cost a million small objects and nothing in the event loop.
 */
export class Scheduler {
  readonly #clock: Clock;
  readonly #heap: Scheduled[] = [];
  #order = 0;
  #timer: TimerHandle | undefined;
  #armedFor = Number.POSITIVE_INFINITY;
  #isFiring = false;

  static readonly #onTimer = (self: Scheduler): void => self.#fire();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many wait. */
  get length(): number {
    return this.#heap.length;
  }

  /** Lets `scheduled` be due after `delay` milliseconds, instead of when it was due before. */
  schedule(scheduled: Scheduled, delay: number): void {
    if (scheduled.place >= 0) this.#take(scheduled);
    scheduled.dueTime = this.#clock.monotonic() + Math.max(0, delay);
    scheduled.order = this.#order++;
    scheduled.place = this.#heap.length;
    this.#heap.push(scheduled);
    this.#rise(scheduled);
    if (scheduled.place === 0) this.#arm();
  }

  /** Does nothing when it is not scheduled. */
  cancel(scheduled: Scheduled): void {
    if (scheduled.place < 0) return;
    this.#take(scheduled);
    if (this.#heap.length === 0) this.#arm();
  }

  /** Forgets everything: the container closes. */
  close(): void {
    for (const each of this.#heap) each.place = -1;
    this.#heap.length = 0;
    this.#arm();
  }

  /** The running timer is kept where it fires early enough: then it only looks again. */
  #arm(): void {
    const first = this.#heap[0];
    if (this.#isFiring || (first !== undefined && this.#timer !== undefined && this.#armedFor <= first.dueTime)) return;
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    if (first === undefined) return;
    const delay = Math.min(Math.max(0, first.dueTime - this.#clock.monotonic()), longestDelay);
    this.#armedFor = this.#clock.monotonic() + delay;
    this.#timer = this.#clock.setTimeout(Scheduler.#onTimer, delay, this);
  }

  #fire(): void {
    this.#timer = undefined;
    this.#isFiring = true;
    const now = this.#clock.monotonic();
    try {
      for (let count = 0; count < batch; count++) {
        const first = this.#heap[0];
        if (first === undefined || first.dueTime > now) break;
        this.#take(first);
        first.onDue();
      }
    } finally {
      this.#isFiring = false;
      this.#arm();
    }
  }

  #take(scheduled: Scheduled): void {
    const { place } = scheduled;
    const last = this.#heap.pop();
    scheduled.place = -1;
    if (last === undefined || last === scheduled) return;
    last.place = place;
    this.#heap[place] = last;
    this.#rise(last);
    this.#sink(last);
  }

  #rise(scheduled: Scheduled): void {
    while (scheduled.place > 0) {
      const parent = this.#heap[(scheduled.place - 1) >> 1];
      if (parent === undefined || isBefore(parent, scheduled)) return;
      this.#swap(parent, scheduled);
    }
  }

  #sink(scheduled: Scheduled): void {
    for (;;) {
      const left = this.#heap[scheduled.place * 2 + 1];
      const right = this.#heap[scheduled.place * 2 + 2];
      const child = right !== undefined && left !== undefined && isBefore(right, left) ? right : left;
      if (child === undefined || isBefore(scheduled, child)) return;
      this.#swap(scheduled, child);
    }
  }

  /** `upper` and `lower` change places. */
  #swap(upper: Scheduled, lower: Scheduled): void {
    const place = upper.place;
    upper.place = lower.place;
    lower.place = place;
    this.#heap[upper.place] = upper;
    this.#heap[lower.place] = lower;
  }
}

function isBefore(one: Scheduled, other: Scheduled): boolean {
  return one.dueTime < other.dueTime || (one.dueTime === other.dueTime && one.order < other.order);
}
