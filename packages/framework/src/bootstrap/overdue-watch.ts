import type { Clock, TimerHandle } from "@siplet/core";

/** What the watch needs. */
export interface OverdueWatchParts {
  readonly clock: Clock;
  /** How long a timer may be overdue before its engine counts as gone, in milliseconds. */
  readonly timeout: number;
  /** Takes over what is overdue by that much. */
  readonly takeOverdue: (timeout: number) => Promise<void>;
}

/** Looks again and again for stored sessions whose timers nobody fires: their engine is gone. */
export class OverdueWatch {
  readonly #parts: OverdueWatchParts;
  #timer: TimerHandle | undefined;
  #isClosed = false;

  static readonly #onTimer = (self: OverdueWatch): void => void self.#look();

  constructor(parts: OverdueWatchParts) {
    this.#parts = parts;
    this.#arm();
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== undefined) this.#parts.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    this.#timer = undefined;
    await this.#parts.takeOverdue(this.#parts.timeout);
    if (!this.#isClosed) this.#arm();
  }

  #arm(): void {
    this.#timer = this.#parts.clock.setTimeout(OverdueWatch.#onTimer, this.#parts.timeout / 2, this);
  }
}
