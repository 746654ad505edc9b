import type { Clock, TimerHandle } from "../../clock/clock.js";

/** What an idle watch needs. */
export interface IdleWatchOptions {
  readonly clock: Clock;
  /** How long nothing may pass, either way, in milliseconds. */
  readonly timeout: number;
  /** Nothing has passed for that many milliseconds. */
  readonly onIdle: (allowed: number) => void;
}

/**
 * Ends silence. One timer runs on while octets pass; when it fires it looks how long the silence really was, so that a
 * message costs no timer.
 */
export class IdleWatch {
  readonly #options: IdleWatchOptions;
  #heardAt: number;
  #activeAt: number;
  #expected: number | undefined;
  #isRunning = false;
  #timer: TimerHandle | undefined;

  static readonly #onTimer = (self: IdleWatch): void => self.#check();

  constructor(options: IdleWatchOptions) {
    this.#options = options;
    this.#heardAt = options.clock.monotonic();
    this.#activeAt = this.#heardAt;
  }

  /** Begins to watch. */
  start(): void {
    this.#isRunning = true;
    this.heard();
    this.#restart(this.#expected ?? this.#options.timeout);
  }

  /** Ends the watch. */
  stop(): void {
    this.#isRunning = false;
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Octets came in. */
  heard(): void {
    this.#heardAt = this.#options.clock.monotonic();
    this.#activeAt = this.#heardAt;
  }

  /** Octets went out. */
  sent(): void {
    this.#activeAt = this.#options.clock.monotonic();
  }

  /** From now on octets have to come in within that many milliseconds, whatever goes out. */
  expect(within: number): void {
    this.#expected = within;
    if (this.#isRunning) this.#restart(within);
  }

  #restart(delay: number): void {
    const { clock } = this.#options;
    if (this.#timer !== undefined) clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(IdleWatch.#onTimer, delay, this);
  }

  #check(): void {
    this.#timer = undefined;
    const { clock, timeout, onIdle } = this.#options;
    const allowed = this.#expected ?? timeout;
    const since = this.#expected === undefined ? this.#activeAt : this.#heardAt;
    const left = since + allowed - clock.monotonic();
    if (left > 0) this.#restart(left);
    else onIdle(allowed);
  }
}
