import type { Clock, TimerHandle } from "../../clock/clock.js";
import { timerDelay } from "./refresh-delay.js";

interface Alarm {
  readonly key: string;
  readonly at: number;
  readonly timer: TimerHandle;
}

/** One timer for each key, at the time its next part ends. */
export class ExpiryAlarm {
  readonly #clock: Clock;
  readonly #onDue: (key: string) => void;
  readonly #alarms = new Map<string, Alarm>();
  readonly #ring = (key: string): void => {
    this.#alarms.delete(key);
    this.#onDue(key);
  };

  constructor(clock: Clock, onDue: (key: string) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** How many timers wait. */
  get size(): number {
    return this.#alarms.size;
  }

  /** Sets the time of a key, in milliseconds since 1970; undefined: nothing ends any more. */
  set(key: string, at: number | undefined): void {
    const present = this.#alarms.get(key);
    if (present?.at === at && present !== undefined) return;
    if (present !== undefined) this.#clock.clearTimeout(present.timer);
    this.#alarms.delete(key);
    if (at === undefined) return;
    const timer = this.#clock.setTimeout(this.#ring, timerDelay(at - this.#clock.now()), key);
    this.#alarms.set(key, { key, at, timer });
  }

  /** Stops all timers. */
  close(): void {
    for (const { timer } of this.#alarms.values()) this.#clock.clearTimeout(timer);
    this.#alarms.clear();
  }
}
