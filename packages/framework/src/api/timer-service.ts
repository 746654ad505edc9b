import type { ServletTimer, SipApplicationSession } from "./object-model.js";

/** What a timer can be asked for. The JSR has positional parameters. */
export interface TimerOptions {
  /** Milliseconds until it fires. */
  readonly delay: number;
  /** Milliseconds between two firings; absent: it fires once. */
  readonly period?: number;
  /** Counts the period from the end of the last run instead of from the schedule. */
  readonly fixedDelay?: boolean;
  /** Whether it survives a restart with its session. */
  readonly isPersistent?: boolean;
  /** Given back as `ServletTimer.info`; plain data when the timer is persistent. */
  readonly info?: unknown;
}

/** Makes timers of an application session. Injectable. JSR 289 §9. */
export abstract class TimerService {
  /**
   * A timer that fires once.
   *
   * @param delay milliseconds
   * @throws IllegalStateError `state.timer` when the application has no TimerListener, or the session is invalid;
   * IllegalArgumentError for a negative delay.
   */
  abstract createTimer(
    applicationSession: SipApplicationSession,
    delay: number,
    isPersistent?: boolean,
    info?: unknown,
  ): ServletTimer;
  /** A timer that fires once or again and again. @throws as above, and for a negative period. */
  abstract createTimer(applicationSession: SipApplicationSession, options: TimerOptions): ServletTimer;
}
