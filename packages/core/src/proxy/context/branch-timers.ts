import type { Clock, TimerHandle } from "../../clock/clock.js";

/** Who hears that a time has run out. */
export interface BranchTimersUser {
  /** Timer C, or the time the branch was given, is over. */
  expire(): void;
  /** What was cancelled for lack of time has said nothing more. */
  onTimeout(): void;
}

/** The clocks of a branch: timer C, the time it was given, and the grace after its CANCEL (RFC 3261 §16.6 step 11, §16.8). */
export class BranchTimers {
  readonly #clock: Clock;
  readonly #user: BranchTimersUser;
  readonly #timeC: number;
  #timerC: TimerHandle | undefined;
  #deadline: TimerHandle | undefined;

  static readonly #onExpired = (self: BranchTimers): void => self.#user.expire();
  static readonly #onGraceOver = (self: BranchTimers): void => self.#user.onTimeout();

  /** `timeC` is timer C in milliseconds. */
  constructor(clock: Clock, user: BranchTimersUser, timeC: number) {
    this.#clock = clock;
    this.#user = user;
    this.#timeC = timeC;
  }

  /** Starts timer C, or starts it anew. */
  startC(): void {
    if (this.#timerC !== undefined) this.#clock.clearTimeout(this.#timerC);
    this.#timerC = this.#clock.setTimeout(BranchTimers.#onExpired, this.#timeC, this);
  }

  /** Gives the branch so many milliseconds in all. */
  startDeadline(milliseconds: number): void {
    this.#deadline = this.#clock.setTimeout(BranchTimers.#onExpired, milliseconds, this);
  }

  /** From now on only the grace runs. */
  startGrace(milliseconds: number): void {
    this.stop();
    this.#deadline = this.#clock.setTimeout(BranchTimers.#onGraceOver, milliseconds, this);
  }

  stop(): void {
    if (this.#timerC !== undefined) this.#clock.clearTimeout(this.#timerC);
    if (this.#deadline !== undefined) this.#clock.clearTimeout(this.#deadline);
    this.#timerC = undefined;
    this.#deadline = undefined;
  }
}
