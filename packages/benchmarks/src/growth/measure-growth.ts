import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { BenchError } from "../bench-error.js";
import { pinned } from "../machine/pinning.js";
import { median } from "../statistics/statistics.js";
import type { GrowthJob, GrowthResult } from "./growth-job.js";

/** One line of growth: the same cost with more and more of something. */
export interface GrowthLine {
  readonly name: string;
  readonly of: GrowthJob["of"];
  readonly counts: readonly number[];
}

/** What must stay flat. */
export const growthLines: readonly GrowthLine[] = [
  { name: "established calls", of: "calls", counts: [1, 100, 1000, 10_000, 100_000] },
  { name: "established B2BUA calls", of: "b2bua-calls", counts: [100, 1000, 10_000] },
  { name: "servlets", of: "servlets", counts: [1, 10, 100, 1000] },
  { name: "applications", of: "applications", counts: [1, 10, 100] },
  { name: "timers", of: "timers", counts: [1, 1000, 100_000, 1_000_000] },
];

/** One point of a line: medians of the repetitions. */
export interface GrowthPoint extends GrowthResult {
  readonly count: number;
}

/** A line as it was measured. */
export interface MeasuredLine {
  readonly name: string;
  readonly of: GrowthJob["of"];
  readonly points: readonly GrowthPoint[];
}

/** Measures each line, all points in turn and again, each in a process of its own. */
export async function measureGrowth(
  lines: readonly GrowthLine[],
  repetitions: number,
  onProgress: (line: string) => void,
): Promise<MeasuredLine[]> {
  const measured: MeasuredLine[] = [];
  for (const { name, of, counts } of lines) {
    const results = counts.map((count) => ({ count, samples: [] as GrowthResult[] }));
    for (let repetition = 0; repetition < repetitions; repetition++) {
      for (const { count, samples } of results) {
        const result = await runWorker({ of, count });
        samples.push(result);
        onProgress(`growth ${repetition + 1}/${repetitions} ${count} ${name}: ${result.cpuPerUnit.toFixed(2)} µs`);
      }
    }
    measured.push({ name, of, points: results.map(({ count, samples }) => pointOf(count, samples)) });
  }
  return measured;
}

function pointOf(count: number, samples: readonly GrowthResult[]): GrowthPoint {
  const heaps = samples.map((sample) => sample.heapPerCall).filter((value) => value !== undefined);
  return {
    count,
    cpuPerUnit: median(samples.map((sample) => sample.cpuPerUnit)),
    heapPerCall: heaps.length === 0 ? undefined : median(heaps),
    residentMegabytes: median(samples.map((sample) => sample.residentMegabytes)),
  };
}

async function runWorker(job: GrowthJob): Promise<GrowthResult> {
  const worker = fileURLToPath(new URL("growth-worker.js", import.meta.url));
  const [command, ...leading] = pinned(0, process.execPath);
  const child = spawn(command, [...leading, "--expose-gc", worker, JSON.stringify(job)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const output = await text(child.stdout);
  if (output === "") throw new BenchError(`The worker for ${job.count} ${job.of} ended without a result`);
  return JSON.parse(output) as GrowthResult;
}
