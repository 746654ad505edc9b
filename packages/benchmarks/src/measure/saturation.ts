import type { LoadResult } from "../load/load-result.js";
import type { Scenario } from "../scenario.js";
import { quantile } from "../statistics/statistics.js";
import { BenchRun } from "./bench-run.js";
import type { ServerSpecification } from "./server-process.js";

/** How far a server goes, and how long it takes to answer at 70 % of that. */
export interface Saturation {
  readonly server: string;
  /** Highest rate at which calls ended as fast as they began and hardly one was repeated. */
  readonly callsPerSecond: number;
  /** INVITE to 200 at 70 % of it, in milliseconds. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number };
}

/** Seconds that each rate is held. */
const stepSeconds = 3;
const growth = 1.25;
const lowestRate = 20;
/** Share of messages that may be repeated before a rate counts as too high. */
const mostRepeated = 0.01;

/** Raises the rate until the server cannot follow, then measures the time to the answer at 70 % of the last good one. */
export async function findSaturation(
  scenario: Scenario,
  server: ServerSpecification,
  startRate: number,
  onProgress: (line: string) => void,
): Promise<Saturation> {
  const run = await BenchRun.start(scenario, server);
  try {
    await run.load({ calls: startRate * 2, rate: startRate });
    let best = 0;
    for (let rate = startRate; rate >= lowestRate;) {
      const result = await run.load({ calls: rate * stepSeconds, rate, processes: processesFor(rate) });
      onProgress(`${scenario.name} ${server.name}: ${rate}/s offered, ${Math.round(rateOf(result))}/s done`);
      if (follows(result, rate)) best = rate;
      else if (best > 0) break;
      rate = Math.round(best > 0 ? rate * growth : rate / 2); // begun too high, it first has to come down
    }
    return { server: server.name, callsPerSecond: best, latency: await latencyAt(run, best * 0.7) };
  } finally {
    await run.stop();
  }
}

/** One SIPp process serves about 6,000 calls a second; it shall not be the limit. */
export function processesFor(rate: number): number {
  return Math.max(1, Math.ceil(rate / 3000));
}

/** Whether calls ended as fast as they began: the last ones may take a while. */
export function follows(result: LoadResult, rate: number): boolean {
  if (result.failed > 0 || result.retransmitted > result.successful * mostRepeated) return false;
  return rateOf(result) > rate * 0.9;
}

function rateOf({ successful, seconds }: LoadResult): number {
  return successful / Math.max(0.001, seconds);
}

async function latencyAt(run: BenchRun, rate: number): Promise<Saturation["latency"]> {
  if (rate < 1) return { p50: Number.NaN, p95: Number.NaN, p99: Number.NaN };
  const whole = Math.round(rate);
  const { latencies } = await run.load({
    calls: whole * stepSeconds,
    rate: whole,
    processes: processesFor(whole),
    traceLatency: true,
  });
  return { p50: quantile(latencies, 0.5), p95: quantile(latencies, 0.95), p99: quantile(latencies, 0.99) };
}
