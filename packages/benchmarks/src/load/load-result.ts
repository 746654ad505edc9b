/** What became of a load. */
export interface LoadResult {
  readonly successful: number;
  readonly failed: number;
  readonly retransmitted: number;
  /** Seconds from the first call to the last. */
  readonly seconds: number;
  /** INVITE (or what the script counts) to its final answer, in milliseconds; empty unless asked for. */
  readonly latencies: readonly number[];
}

/** Several generators that ran beside each other, as one. */
export function sumLoads(results: readonly LoadResult[]): LoadResult {
  const total = (pick: (result: LoadResult) => number): number => results.reduce((sum, each) => sum + pick(each), 0);
  return {
    successful: total((each) => each.successful),
    failed: total((each) => each.failed),
    retransmitted: total((each) => each.retransmitted),
    seconds: Math.max(0, ...results.map((each) => each.seconds)),
    latencies: results.flatMap((each) => each.latencies),
  };
}
