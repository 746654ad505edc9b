/** Base values of the transaction timers, in milliseconds (RFC 3261 §17.1.1.1, table 4). */
export interface TimerValues {
  /** Estimate of a round trip; 500. */
  readonly t1: number;
  /** Longest interval between repeats of non-INVITE requests and INVITE responses; 4,000. */
  readonly t2: number;
  /** Longest time a message stays in the network; 5,000. */
  readonly t4: number;
  /** How long an INVITE client absorbs repeated final responses over UDP; at least 32,000. */
  readonly d: number;
  /** How long an INVITE may stay unanswered before 100 is sent for it; 200. */
  readonly trying: number;
}

/** The defaults of RFC 3261. */
export const defaultTimerValues: TimerValues = {
  t1: 500,
  t2: 4000,
  t4: 5000,
  d: 32_000,
  trying: 200,
};

/** 64·T1: timers B, F, H, J, L, M and the wait for an ACK. */
export function transactionTimeout(timers: TimerValues): number {
  return 64 * timers.t1;
}

/** How long after the first copy a client begins to repeat each T2: the sum of the intervals that double (RFC 4320 §4.1). */
export function timeToLongestInterval({ t1, t2 }: TimerValues): number {
  let time = 0;
  for (let interval = t1; interval < t2; interval *= 2) time += interval;
  return time;
}
