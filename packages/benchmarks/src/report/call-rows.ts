import type { Sample, ServerResult } from "../measure/measure-calls.js";
import { median } from "../statistics/statistics.js";
import type { Table } from "./table.js";

/** What of the samples goes into the table. */
export interface CallRow {
  readonly server: string;
  readonly role: "floor" | "peer" | "subject";
  readonly cpuPerCall: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly ratioToFloor: number | undefined;
  readonly residentMegabytes: number;
  readonly loopUtilization: number | undefined;
  readonly collectorShare: number | undefined;
  readonly failed: number;
  readonly retransmitted: number;
  /** Fewer than three repetitions, or a failed call: not to be quoted. */
  readonly isDoubtful: boolean;
}

/** What the mark of a doubtful row means. */
export const doubtNote = "(!) fewer than three repetitions or failed calls: do not quote";

/** Medians and what surrounds them. Ratios are those of each repetition: what slows the machine slows both sides. */
export function summarizeCalls(results: readonly ServerResult[]): CallRow[] {
  const floor = results.find((result) => result.server.role === "floor");
  return results.map(({ server, samples }) => {
    const cpu = samples.map((sample) => sample.cpuPerCall);
    const failed = total(samples, (sample) => sample.failed);
    return {
      server: server.name,
      role: server.role,
      cpuPerCall: median(cpu),
      minimum: Math.min(...cpu),
      maximum: Math.max(...cpu),
      ratioToFloor: floor === undefined ? undefined : median(ratios(samples, floor.samples)),
      residentMegabytes: median(samples.map((sample) => sample.residentBytes)) / 1_048_576,
      loopUtilization: medianOfKnown(samples.map((sample) => sample.loopUtilization)),
      collectorShare: medianOfKnown(samples.map((sample) => sample.collectorShare)),
      failed,
      retransmitted: total(samples, (sample) => sample.retransmitted),
      isDoubtful: samples.length < 3 || failed > 0,
    };
  });
}

/** The rows as a table. */
export function callTable(rows: readonly CallRow[]): Table {
  return {
    header: ["server", "CPU µs/call", "min–max", "× floor", "RSS MB", "loop busy", "GC", "failed", "repeated"],
    rows: rows.map((row) => [
      row.isDoubtful ? `${row.server} (!)` : row.server,
      row.cpuPerCall.toFixed(0),
      `${row.minimum.toFixed(0)}–${row.maximum.toFixed(0)}`,
      row.ratioToFloor?.toFixed(2) ?? "",
      row.residentMegabytes.toFixed(0),
      percent(row.loopUtilization),
      percent(row.collectorShare),
      String(row.failed),
      String(row.retransmitted),
    ]),
  };
}

function ratios(samples: readonly Sample[], floor: readonly Sample[]): number[] {
  return samples.flatMap((sample, index) => {
    const beside = floor[index];
    return beside === undefined ? [] : [sample.cpuPerCall / beside.cpuPerCall];
  });
}

function medianOfKnown(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : median(known);
}

function total(samples: readonly Sample[], pick: (sample: Sample) => number): number {
  return samples.reduce((sum, sample) => sum + pick(sample), 0);
}

function percent(share: number | undefined): string {
  return share === undefined ? "" : `${(share * 100).toFixed(0)} %`;
}
