import type { LoadResult } from "./load-result.js";

/** Reads what SIPp writes with `-trace_stat`: names in the first line, the sums so far in the last. */
export function readStatistics(csv: string): Omit<LoadResult, "latencies"> {
  const lines = csv.trim().split("\n");
  const names = lines[0]?.split(";") ?? [];
  const values = lines.at(-1)?.split(";") ?? [];
  const value = (name: string): string => values[names.indexOf(name)] ?? "0";
  return {
    successful: Number(value("SuccessfulCall(C)")),
    failed: Number(value("FailedCall(C)")),
    retransmitted: Number(value("Retransmissions(C)")),
    seconds: epochOf(value("CurrentTime")) - epochOf(value("StartTime")),
  };
}

/** Date, time and seconds since 1970, with tabs between. */
function epochOf(text: string): number {
  return Number(text.split("\t")[2] ?? 0);
}

/** Reads what SIPp writes with `-trace_rtt`: date, milliseconds and name of each measurement. */
export function readLatencies(csv: string): number[] {
  const latencies: number[] = [];
  for (const line of csv.split("\n").slice(1)) {
    const value = Number(line.split(";")[1]);
    if (line !== "" && Number.isFinite(value)) latencies.push(value);
  }
  return latencies;
}
