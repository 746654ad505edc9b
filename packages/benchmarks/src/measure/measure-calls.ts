import type { Scenario } from "../scenario.js";
import { BenchRun } from "./bench-run.js";
import { cpuMicroseconds, residentBytes } from "../machine/cpu-time.js";
import type { ProbeReport } from "./probe.js";
import type { ServerSpecification } from "./server-process.js";

/** How much is measured. */
export interface MeasureOptions {
  /** Calls of one repetition. */
  readonly calls: number;
  /** Calls a second; a scenario may take a share of them. */
  readonly rate: number;
  readonly repetitions: number;
  readonly nodeOptions: readonly string[];
  readonly onProgress: (line: string) => void;
}

/** One repetition for one server. */
export interface Sample {
  /** User and system time, in microseconds. */
  readonly cpuPerCall: number;
  readonly residentBytes: number;
  readonly successful: number;
  readonly failed: number;
  readonly retransmitted: number;
  /** Share of the time that the event loop was busy, and that garbage collection took of that; Node alone. */
  readonly loopUtilization: number | undefined;
  readonly collectorShare: number | undefined;
}

/** All repetitions for one server. */
export interface ServerResult {
  readonly server: ServerSpecification;
  readonly samples: readonly Sample[];
}

/** Measures all servers of a scenario in turn, again and again, so that a drift of the machine meets all alike. */
export async function measureCalls(scenario: Scenario, options: MeasureOptions): Promise<ServerResult[]> {
  const results = scenario.servers.map((server) => ({ server, samples: [] as Sample[] }));
  for (let repetition = 1; repetition <= options.repetitions; repetition++) {
    for (const { server, samples } of results) {
      const sample = await measureOnce(scenario, server, options);
      samples.push(sample);
      const cost = `${sample.cpuPerCall.toFixed(1)} µs per call`;
      options.onProgress(`${scenario.name} ${repetition}/${options.repetitions} ${server.name}: ${cost}`);
    }
  }
  return results;
}

async function measureOnce(scenario: Scenario, server: ServerSpecification, options: MeasureOptions): Promise<Sample> {
  const { calls } = options;
  const rate = Math.ceil(options.rate * (scenario.share ?? 1));
  const run = await BenchRun.start(scenario, server, options.nodeOptions);
  try {
    await run.load({ calls: Math.ceil(calls / 2), rate }); // the compiler warms up
    const before = await run.server.probe();
    const cpuBefore = cpuMicroseconds(run.server.pid);
    const { successful, failed, retransmitted } = await run.load({ calls, rate });
    const cpu = cpuMicroseconds(run.server.pid) - cpuBefore;
    const after = await run.server.probe();
    return {
      cpuPerCall: cpu / Math.max(1, successful),
      residentBytes: residentBytes(run.server.pid),
      successful,
      failed: failed + Math.max(0, calls - successful - failed),
      retransmitted,
      ...sharesOf(before, after),
    };
  } finally {
    await run.stop();
  }
}

function sharesOf(
  before: ProbeReport | undefined,
  after: ProbeReport | undefined,
): Pick<Sample, "loopUtilization" | "collectorShare"> {
  if (before === undefined || after === undefined) return { loopUtilization: undefined, collectorShare: undefined };
  const active = after.active - before.active;
  const elapsed = active + after.idle - before.idle;
  return {
    loopUtilization: active / Math.max(1, elapsed),
    collectorShare: (after.collected - before.collected) / Math.max(1, active),
  };
}
