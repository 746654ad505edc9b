import type { CodeRow } from "../code/measure-code.js";
import type { MeasuredLine } from "../growth/measure-growth.js";
import type { Saturation } from "../measure/saturation.js";
import type { CallRow } from "./call-rows.js";
import type { Table } from "./table.js";

/** One scenario under load. */
export interface CallReport {
  readonly kind: "calls";
  readonly name: string;
  readonly description: string;
  readonly rows: readonly CallRow[];
  readonly saturation: readonly Saturation[];
}

/** One scenario of code alone. */
export interface CodeReport {
  readonly kind: "code";
  readonly name: string;
  readonly description: string;
  readonly rows: readonly CodeRow[];
}

/** The lines of growth. */
export interface GrowthReport {
  readonly kind: "growth";
  readonly name: "growth";
  readonly lines: readonly MeasuredLine[];
}

/** One thing that was measured. */
export type BenchReport = CallReport | CodeReport | GrowthReport;

/** Everything that one run measured. */
export interface BenchRunReport {
  readonly machine: string;
  readonly date: string;
  readonly reports: readonly BenchReport[];
}

/** Code by library. */
export function codeTable(rows: readonly CodeRow[]): Table {
  return {
    header: ["library", "CPU µs", "× ours"],
    rows: rows.map((row) => [
      row.isDoubtful ? `${row.library} (!)` : row.library,
      row.microseconds.toFixed(2),
      row.ratio.toFixed(1),
    ]),
  };
}

/** How far servers go. */
export function saturationTable(results: readonly Saturation[]): Table {
  return {
    header: ["server", "calls/s", "p50 ms", "p95 ms", "p99 ms"],
    rows: results.map(({ server, callsPerSecond, latency }) => [
      server,
      String(callsPerSecond),
      ...[latency.p50, latency.p95, latency.p99].map((value) => (Number.isNaN(value) ? "" : value.toFixed(1))),
    ]),
  };
}

/** Cost and memory with more and more of something; `× first` is the cost beside that of the first point. */
export function growthTable(lines: readonly MeasuredLine[]): Table {
  return {
    header: ["with", "count", "CPU µs", "× first", "heap/call", "RSS MB"],
    rows: lines.flatMap(({ name, points }) =>
      points.map((point) => [
        name,
        point.count.toLocaleString("en"),
        point.cpuPerUnit.toFixed(2),
        (point.cpuPerUnit / (points[0]?.cpuPerUnit ?? 1)).toFixed(2),
        point.heapPerCall?.toFixed(0) ?? "",
        point.residentMegabytes.toFixed(0),
      ]),
    ),
  };
}
