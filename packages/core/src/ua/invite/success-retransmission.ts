/**
 * The 2xx to an INVITE, sent again at T1, doubling up to T2, over any transport, until the ACK comes or 64·T1 have passed.
 * RFC 3261 §13.3.1.4: this is the user's part, not the transaction's.
 */
import type { Clock, TimerHandle } from "../../clock/clock.js";
import { transactionTimeout, type TimerValues } from "../../transaction/timer-values.js";

/** Who sends the 2xx and hears when nobody acknowledges it. */
export interface SuccessRetransmissionUser {
  /** Send the 2xx again. */
  onSuccessRepeat(): void;
  /** 64·T1 have passed without ACK: the session is confirmed but dead, send BYE. */
  onSuccessUnacknowledged(): void;
}

/** What the part needs. */
export interface SuccessRetransmissionParts {
  readonly clock: Clock;
  readonly timers: TimerValues;
  readonly user: SuccessRetransmissionUser;
}

/** One 2xx waiting for its ACK. */
export class SuccessRetransmission {
  readonly #parts: SuccessRetransmissionParts;
  readonly #deadline: number;
  #interval: number;
  #timer: TimerHandle | undefined;

  static readonly #onTimer = (self: SuccessRetransmission): void => self.#expire();

  /** Starts to wait: call it when the 2xx was sent for the first time. */
  constructor(parts: SuccessRetransmissionParts) {
    this.#parts = parts;
    this.#interval = parts.timers.t1;
    this.#deadline = parts.clock.monotonic() + transactionTimeout(parts.timers);
    this.#arm(this.#interval);
  }

  get isWaiting(): boolean {
    return this.#timer !== undefined;
  }

  /** The ACK came, or the session ended otherwise. */
  stop(): void {
    if (this.#timer !== undefined) this.#parts.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(delay: number): void {
    this.#timer = this.#parts.clock.setTimeout(SuccessRetransmission.#onTimer, delay, this);
  }

  #expire(): void {
    this.#timer = undefined;
    const left = this.#deadline - this.#parts.clock.monotonic();
    if (left <= 0) return this.#parts.user.onSuccessUnacknowledged();
    this.#interval = Math.min(this.#interval * 2, this.#parts.timers.t2);
    this.#arm(Math.min(this.#interval, left));
    this.#parts.user.onSuccessRepeat();
  }
}
