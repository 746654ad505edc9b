import type { Clock, TimerHandle } from "../../clock/clock.js";
import type { EngineError } from "../../errors/engine-error.js";
import type { PingOutcome } from "../transport.js";

/** How long the peer may take to answer a ping, in milliseconds (RFC 5626 §4.4.1). */
export const pongTimeout = 10_000;

/** What pings need. */
export interface PendingPingsOptions {
  readonly clock: Clock;
  /** Sends one ping. */
  readonly write: () => void;
  /** No pong came in time. */
  readonly onTimeout: () => void;
}

/** Those who want to know whether the peer lives. One question serves all who ask before it is answered. */
export class PendingPings {
  readonly #options: PendingPingsOptions;
  #waiting: ((outcome: PingOutcome) => void)[] = [];
  #timer: TimerHandle | undefined;

  static readonly #onTimer = (self: PendingPings): void => {
    self.#timer = undefined;
    self.#options.onTimeout();
  };

  constructor(options: PendingPingsOptions) {
    this.#options = options;
  }

  /** Takes one who asks; the question goes out by `flush`. */
  add(done: (outcome: PingOutcome) => void): void {
    this.#waiting.push(done);
  }

  /** Sends the question, if somebody asks and it is not under way. */
  flush(): void {
    if (this.#waiting.length === 0 || this.#timer !== undefined) return;
    this.#timer = this.#options.clock.setTimeout(PendingPings.#onTimer, pongTimeout, this);
    this.#options.write();
  }

  /** A pong came. Tells whether one was awaited. */
  answered(): boolean {
    if (this.#timer === undefined) return false;
    this.#end({ kind: "answered" });
    return true;
  }

  /** No answer can come any more. */
  fail(error: EngineError): void {
    this.#end({ kind: "failed", error });
  }

  #end(outcome: PingOutcome): void {
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const done of waiting) done(outcome);
  }
}
