/** A running timer; only the clock that made it can read it. */
export type TimerHandle = object;

/** Time as the engine sees it. All delays and times are milliseconds. */
export interface Clock {
  /** Wall-clock time in milliseconds since 1970. */
  now(): number;
  /** Time that never jumps, in milliseconds since an arbitrary start. */
  monotonic(): number;
  /** Calls `callback(argument)` once, after `delay` milliseconds. The argument spares a closure for each timer. */
  setTimeout<T>(callback: (argument: T) => void, delay: number, argument: T): TimerHandle;
  /** Stops a timer; a timer that has fired or was stopped is ignored. */
  clearTimeout(handle: TimerHandle): void;
}
