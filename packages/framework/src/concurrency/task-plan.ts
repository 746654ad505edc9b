import type { LastExecution, Trigger } from "../api/managed-scheduled-sip-executor-service.js";

/** When a task runs. Times are milliseconds since 1970. */
export interface TaskPlan {
  /** Runs once, as soon as its queue lets it. */
  readonly isImmediate: boolean;
  /** The first run; undefined: none. */
  first(now: number): number | undefined;
  /** A run begins. */
  begin(now: number): void;
  /** The run has ended. */
  end(now: number): void;
  /** The run after the one that has ended; undefined: there is none. */
  next(now: number): number | undefined;
}

/** As soon as possible, once. */
export const immediatePlan: TaskPlan = {
  isImmediate: true,
  first: (now) => now,
  begin: () => {},
  end: () => {},
  next: () => undefined,
};

/** Once, after a delay. */
export function delayedPlan(delay: number): TaskPlan {
  return { ...immediatePlan, isImmediate: false, first: (now) => now + delay };
}

/** Again and again: counted from the schedule, so that what was missed is caught up, or from the end of the last run. */
export function periodicPlan(initialDelay: number, period: number, isFixedDelay: boolean): TaskPlan {
  let scheduled = 0;
  return {
    isImmediate: false,
    first: (now) => (scheduled = now + initialDelay),
    begin: () => {},
    end: () => {},
    next: (now) => (scheduled = isFixedDelay ? now + period : scheduled + period),
  };
}

/** Most runs a trigger may leave out in a row before its task counts as ended. */
const mostSkips = 1000;

/** Whenever the trigger says (JSR 236 `Trigger`). */
export class TriggerPlan implements TaskPlan {
  readonly isImmediate = false;
  readonly #trigger: Trigger;
  #last: LastExecution | undefined;
  #submitted = 0;
  #scheduled = 0;
  #runStart = 0;

  constructor(trigger: Trigger) {
    this.#trigger = trigger;
  }

  first(now: number): number | undefined {
    this.#submitted = now;
    return this.#ask();
  }

  begin(now: number): void {
    this.#runStart = now;
  }

  end(now: number): void {
    this.#last = { scheduledStart: this.#scheduled, runStart: this.#runStart, runEnd: now };
  }

  next(): number | undefined {
    return this.#ask();
  }

  #ask(): number | undefined {
    for (let skips = 0; skips < mostSkips; skips++) {
      const time = this.#trigger.nextRunTime(this.#last, this.#submitted);
      if (time === undefined || time === null) return undefined;
      this.#scheduled = time;
      if (this.#trigger.skipRun?.(this.#last, time) !== true) return time;
      this.#submitted = time;
    }
    return undefined;
  }
}
