import { AsyncResource } from "node:async_hooks";
import type { Clock, TimerHandle } from "./clock.js";
import { DelayQueue, QueuedTimer } from "./delay-queue.js";

/** Node counts delays in 31 bits; a longer one is waited for in parts. */
const longestDelay = 2_147_483_647;

/** Tells the time by `Date.now` and `performance.now`, and has a queue of timers for each delay. */
export class SystemClock implements Clock {
  readonly #queues = new Map<number, DelayQueue>();
  /** One timer of Node serves callers of many contexts, so it runs in none of theirs. */
  readonly #context = new AsyncResource("SipletTimers");
  readonly #start = (queue: DelayQueue, delay: number): NodeJS.Timeout =>
    this.#context.runInAsyncScope(setTimeout, undefined, fire, Math.min(delay, longestDelay), queue);
  readonly #forget = (delay: number): void => {
    this.#queues.delete(delay);
  };

  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  setTimeout<T>(callback: (argument: T) => void, delay: number, argument: T): TimerHandle {
    const milliseconds = delay >= 1 ? Math.trunc(delay) : 1;
    let queue = this.#queues.get(milliseconds);
    if (queue === undefined) {
      queue = new DelayQueue(milliseconds, this.#start, this.#forget);
      this.#queues.set(milliseconds, queue);
    }
    return queue.add(callback, argument);
  }

  clearTimeout(handle: TimerHandle): void {
    if (handle instanceof QueuedTimer) handle.queue?.remove(handle);
  }
}

function fire(queue: DelayQueue): void {
  queue.fire();
}

/** The clock of the machine. */
export const systemClock: Clock = new SystemClock();
