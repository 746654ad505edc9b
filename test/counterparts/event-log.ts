import { CounterpartError } from "./counterpart-error.js";
import { defaultTimeoutMs } from "./wait-until.js";

export interface EventWait {
  readonly timeoutMs?: number;
  /** What is awaited, for the failure text. */
  readonly what?: string;
}

interface Waiter<T extends object> {
  readonly matches: (event: T) => boolean;
  readonly resolve: (event: T) => void;
}

/**
 * Everything a program reported, in order. `waitFor` hands out each event once: it takes the oldest not yet taken that matches,
 * from the past or the future, so no event is lost between an action and the wait for its outcome.
 */
export class EventLog<T extends object> implements AsyncIterable<T> {
  readonly all: T[] = [];
  readonly #untaken = new Set<T>();
  readonly #waiters = new Set<Waiter<T>>();
  readonly #describe: () => string;

  /** @param describe text for failures: what the program printed */
  constructor(describe: () => string = () => "") {
    this.#describe = describe;
  }

  push(event: T): void {
    this.all.push(event);
    for (const waiter of this.#waiters) {
      if (!waiter.matches(event)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(event);
      return;
    }
    this.#untaken.add(event);
  }

  /** The next event that matches and was not yet taken; fails after `timeoutMs` with all events seen. */
  waitFor(matches: (event: T) => boolean, options: EventWait = {}): Promise<T> {
    const past = this.take(matches);
    if (past !== undefined) return Promise.resolve(past);
    const { timeoutMs = defaultTimeoutMs, what = "an event" } = options;
    return new Promise((resolve, reject) => {
      const waiter: Waiter<T> = {
        matches,
        resolve: (event) => {
          clearTimeout(timer);
          resolve(event);
        },
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        const seen = this.all.map((event) => JSON.stringify(event)).join("\n");
        reject(
          new CounterpartError(`Waited ${timeoutMs / 1000} s in vain for ${what}; seen:\n${seen}`, this.#describe()),
        );
      }, timeoutMs);
      this.#waiters.add(waiter);
    });
  }

  /** Takes the oldest event that matches and is there already, or `undefined`. */
  take(matches: (event: T) => boolean): T | undefined {
    for (const event of this.#untaken) {
      if (!matches(event)) continue;
      this.#untaken.delete(event);
      return event;
    }
    return undefined;
  }

  /** Hands out the events one by one as `waitFor` does; ends only when the loop is left or nothing comes in time. */
  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    for (;;) yield await this.waitFor(() => true);
  }
}
