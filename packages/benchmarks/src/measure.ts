import { createSocket } from "node:dgram";
import { cpuMicroseconds, residentBytes } from "./cpu-time.js";
import type { Scenario } from "./scenarios.js";
import { ServerProcess, type ServerSpecification } from "./server-process.js";
import { runLoad } from "./sipp-load.js";

/** How much is measured. */
export interface MeasureOptions {
  /** Calls of one repetition. */
  readonly calls: number;
  /** Calls a second. */
  readonly rate: number;
  readonly repetitions: number;
  readonly nodeOptions?: readonly string[];
  readonly onProgress?: (line: string) => void;
}

/** One repetition for one server. */
export interface Sample {
  /** User and system time, in microseconds. */
  readonly cpuPerCall: number;
  readonly residentBytes: number;
  readonly failed: number;
  readonly retransmitted: number;
}

/** All repetitions for one server. */
export interface ServerResult {
  readonly server: ServerSpecification;
  readonly samples: readonly Sample[];
}

/** Measures all servers of a scenario in turn, again and again, so that a drift of the machine meets all alike. */
export async function measure(scenario: Scenario, options: MeasureOptions): Promise<ServerResult[]> {
  const results = scenario.servers.map((server) => ({ server, samples: [] as Sample[] }));
  for (let repetition = 1; repetition <= options.repetitions; repetition++) {
    for (const { server, samples } of results) {
      const sample = await measureOnce(scenario, server, options);
      samples.push(sample);
      options.onProgress?.(
        `${repetition}/${options.repetitions} ${server.name}: ${sample.cpuPerCall.toFixed(1)} µs per call`,
      );
    }
  }
  return results;
}

async function measureOnce(scenario: Scenario, server: ServerSpecification, options: MeasureOptions): Promise<Sample> {
  const process = await ServerProcess.start(server, await freePort(), options.nodeOptions);
  try {
    const load = { port: process.port, rate: options.rate, transport: scenario.transport };
    await runLoad({ ...load, calls: Math.ceil(options.calls / 5) }); // the compiler warms up
    const before = cpuMicroseconds(process.pid);
    const result = await runLoad({ ...load, calls: options.calls });
    const cpu = cpuMicroseconds(process.pid) - before;
    return {
      cpuPerCall: cpu / Math.max(1, result.successful),
      residentBytes: residentBytes(process.pid),
      failed: result.failed,
      retransmitted: result.retransmitted,
    };
  } finally {
    await process.stop();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4").bind(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
