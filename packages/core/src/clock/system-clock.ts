import type { Clock } from "./clock.js";

/** The clock of the machine: Node's timers, `Date.now` and `performance.now`. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (callback, delay, argument) => setTimeout(callback, delay, argument),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
};
