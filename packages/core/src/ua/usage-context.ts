import type { Clock } from "../clock/clock.js";
import type { Logger } from "../log/logger.js";
import type { RandomSource } from "../random/random-source.js";
import type { TimerValues } from "../transaction/timer-values.js";

/** What the parts of a user agent take from their surroundings. */
export interface UsageContext {
  readonly clock: Clock;
  readonly timers: TimerValues;
  readonly random: RandomSource;
  readonly log: Logger;
}

/** Timers run no longer than this: beyond, the clock of Node fires at once. */
const longestTimer = 0x7fff_ffff;

/** Starts a timer of that many seconds; none when it would run for weeks. */
export function startSeconds<T>(
  clock: Clock,
  callback: (argument: T) => void,
  seconds: number,
  argument: T,
): ReturnType<Clock["setTimeout"]> | undefined {
  const delay = seconds * 1000;
  return delay > longestTimer ? undefined : clock.setTimeout(callback, delay, argument);
}
