import { cpus, release } from "node:os";
import type { Sample, ServerResult } from "./measure.js";
import type { Scenario } from "./scenarios.js";

/** What of the samples goes into the table. */
export interface Row {
  readonly server: string;
  readonly cpuPerCall: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly ratioToFloor: number | undefined;
  readonly residentMegabytes: number;
  readonly failed: number;
  readonly retransmitted: number;
  /** Fewer than three repetitions, or a failed call: not to be quoted. */
  readonly isDoubtful: boolean;
}

/** The middle of some values; between the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** Medians and what surrounds them. */
export function summarize(results: readonly ServerResult[]): Row[] {
  const floor = results.find((result) => result.server.isFloor);
  const floorCpu = floor === undefined ? undefined : median(floor.samples.map((sample) => sample.cpuPerCall));
  return results.map(({ server, samples }) => {
    const cpu = samples.map((sample) => sample.cpuPerCall);
    const total = (pick: (sample: Sample) => number): number => samples.reduce((sum, sample) => sum + pick(sample), 0);
    const failed = total((sample) => sample.failed);
    return {
      server: server.name,
      cpuPerCall: median(cpu),
      minimum: Math.min(...cpu),
      maximum: Math.max(...cpu),
      ratioToFloor: floorCpu === undefined ? undefined : median(cpu) / floorCpu,
      residentMegabytes: median(samples.map((sample) => sample.residentBytes)) / 1_048_576,
      failed,
      retransmitted: total((sample) => sample.retransmitted),
      isDoubtful: samples.length < 3 || failed > 0,
    };
  });
}

/** The machine, for whoever reads the figures later. */
export function machine(): string {
  const [cpu] = cpus();
  return `${cpus().length} × ${cpu?.model ?? "unknown CPU"}, Linux ${release()}, Node ${process.versions.node}`;
}

/** The rows as a table for the terminal. */
export function formatTable(scenario: Scenario, rows: readonly Row[]): string {
  const header = ["server", "CPU µs/call", "min–max", "× floor", "RSS MB", "failed", "repeated"];
  const body = rows.map((row) => [
    row.isDoubtful ? `${row.server} (!)` : row.server,
    row.cpuPerCall.toFixed(1),
    `${row.minimum.toFixed(1)}–${row.maximum.toFixed(1)}`,
    row.ratioToFloor?.toFixed(2) ?? "",
    row.residentMegabytes.toFixed(0),
    String(row.failed),
    String(row.retransmitted),
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...body.map((cells) => cells[column]?.length ?? 0)),
  );
  const format = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ");
  const note = rows.some((row) => row.isDoubtful)
    ? ["(!) fewer than three repetitions or failed calls: do not quote"]
    : [];
  return [
    `${scenario.name}: ${scenario.description}`,
    machine(),
    "",
    format(header),
    ...body.map(format),
    ...note,
  ].join("\n");
}
