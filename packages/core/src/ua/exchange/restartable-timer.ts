import type { Clock, TimerHandle } from "../../clock/clock.js";
import { timerDelay } from "./refresh-delay.js";

/** One timer of a part that lives long: started anew as often as wanted, stopped without having to be there. */
export class RestartableTimer {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  #handle: TimerHandle | undefined;

  static readonly #fire = (self: RestartableTimer): void => {
    self.#handle = undefined;
    self.#onDue();
  };

  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  get isRunning(): boolean {
    return this.#handle !== undefined;
  }

  /** Starts it, in place of a run before; `delay` in milliseconds. */
  start(delay: number): void {
    this.stop();
    this.#handle = this.#clock.setTimeout(RestartableTimer.#fire, timerDelay(delay), this);
  }

  stop(): void {
    if (this.#handle !== undefined) this.#clock.clearTimeout(this.#handle);
    this.#handle = undefined;
  }
}
