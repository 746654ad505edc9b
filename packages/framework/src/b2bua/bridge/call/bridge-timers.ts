import type { Clock, TimerHandle } from "@siplet/core";

/** What one timer of a bridge does when it fires. */
type OnTimer = () => void;

const second = 1000;
/** Node counts delays in 31 bits. */
const longestDelay = 2_147_483_647;

/** The two timers of a bridge: until the call is answered, then until it ends. */
export class BridgeTimers {
  readonly #clock: Clock;
  #timer: TimerHandle | undefined;
  #onTimer: OnTimer | undefined;
  #endsAt: number | undefined;

  static readonly #fire = (self: BridgeTimers): void => self.#check();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** When it fires, in milliseconds since 1970; undefined when nothing runs. */
  get endsAt(): number | undefined {
    return this.#endsAt;
  }

  /** Fires once after that many seconds, in place of what ran. Undefined: never. */
  start(seconds: number | undefined, onTimer: OnTimer): void {
    this.startUntil(seconds === undefined ? undefined : this.#clock.now() + seconds * second, onTimer);
  }

  /** Fires once at that time; at once when it has passed. */
  startUntil(time: number | undefined, onTimer: OnTimer): void {
    this.stop();
    if (time === undefined) return;
    this.#endsAt = time;
    this.#onTimer = onTimer;
    this.#arm();
  }

  stop(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#endsAt = undefined;
    this.#onTimer = undefined;
  }

  #arm(): void {
    const delay = Math.max(0, (this.#endsAt ?? 0) - this.#clock.now());
    this.#timer = this.#clock.setTimeout(BridgeTimers.#fire, Math.min(delay, longestDelay), this);
  }

  #check(): void {
    if (this.#endsAt !== undefined && this.#endsAt > this.#clock.now()) return this.#arm();
    const onTimer = this.#onTimer;
    this.stop();
    onTimer?.();
  }
}
