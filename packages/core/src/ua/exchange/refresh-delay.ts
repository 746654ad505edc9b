/** The longest wait a timer can be set to, in milliseconds. */
const longestDelay = 2_147_483_647;
/** 64·T1: how long a request may need until it is known to be lost. */
const longestExchange = 32_000;
const refreshFraction = 0.9;

/** A wait in milliseconds that a timer can be set to. */
export function timerDelay(milliseconds: number): number {
  return Math.min(Math.max(0, milliseconds), longestDelay);
}

/**
 * When to refresh what was granted for some seconds, in milliseconds from now: at 90 %, but so early that a request that gets
 * no answer leaves time for another; never before half of it. RFC 3261 §10.2.4, RFC 6665 §4.1.2.2, RFC 3903 §4.1
 */
export function refreshDelay(grantedSeconds: number): number {
  const granted = grantedSeconds * 1000;
  return timerDelay(Math.max(granted / 2, Math.min(granted * refreshFraction, granted - longestExchange)));
}
