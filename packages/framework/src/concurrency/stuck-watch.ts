import type { Clock, Logger, TimerHandle } from "@siplet/core";
import type { Invocation } from "./invocation.js";

/**
 * Reports handlers, timers and tasks that do not end. Only what awaits something is watched, and one timer serves all of a
 * container: work that ends in time costs an entry in a map.
 */
export class StuckWatch {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #limit: number;
  /** When each began, the oldest first; what was reported is not in it any more. */
  readonly #since = new Map<Invocation, number>();
  #timer: TimerHandle | undefined;

  static readonly #onTimer = (self: StuckWatch): void => self.#look();

  /** @param limit milliseconds after which an invocation counts as stuck; 0 or less: nothing is watched */
  constructor(clock: Clock, log: Logger, limit: number) {
    this.#clock = clock;
    this.#log = log;
    this.#limit = limit;
  }

  /** How many invocations await something. */
  get size(): number {
    return this.#since.size;
  }

  /** The invocation awaits something. */
  begin(invocation: Invocation): void {
    if (this.#limit <= 0) return;
    this.#since.set(invocation, this.#clock.monotonic());
    if (this.#timer === undefined) this.#arm(this.#limit);
  }

  end(invocation: Invocation): void {
    this.#since.delete(invocation);
  }

  /** The container closes. */
  close(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#since.clear();
  }

  #arm(delay: number): void {
    this.#timer = this.#clock.setTimeout(StuckWatch.#onTimer, delay, this);
  }

  #look(): void {
    this.#timer = undefined;
    const now = this.#clock.monotonic();
    for (const [invocation, since] of this.#since) {
      const left = since + this.#limit - now;
      if (left > 0) return this.#arm(left);
      this.#since.delete(invocation);
      this.#report(invocation, now - since);
    }
  }

  #report({ description, context }: Invocation, milliseconds: number): void {
    this.#log.warn(
      {
        handler: description,
        applicationSession: context?.id,
        milliseconds: Math.round(milliseconds),
        waiting: context?.queue.length,
        waitsFor: context?.queue.waits.filter((wait) => !wait.isDone).map((wait) => wait.waitText),
      },
      `${description} has not returned; everything else of its application session waits behind it`,
    );
  }
}
