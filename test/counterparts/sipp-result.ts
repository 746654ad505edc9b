import { lastLines } from "./counterpart-error.js";

/** What SIPp counted over a whole run, from its statistics file: exit codes lie (a TCP server whose client closes first ends with 1). */
export interface SippResult {
  readonly exitCode: number | null;
  /** Calls begun, in either direction. */
  readonly calls: number;
  readonly successful: number;
  readonly failed: number;
  readonly retransmissions: number;
  /** Calls that failed on a message the scenario does not expect there. */
  readonly unexpected: number;
  /** Calls that failed because nothing came: receive timeouts and retransmissions used up. */
  readonly timeouts: number;
  /** Mean of the time between `start_rtd` and `rtd` of the scenario, in milliseconds. */
  readonly responseTimeMs: number;
  /** Every cumulative column of the statistics file by name, e.g. `OutOfCallMsgs`, `Warnings`. */
  readonly counters: Readonly<Record<string, number>>;
  /** SIPp's error log: what was unexpected, and when. */
  readonly errors: string;
  /** All messages sent and received, when they were traced. */
  readonly messages: string;
}

export interface SippLogs {
  readonly exitCode: number | null;
  /** Text of the `-stf` file. */
  readonly statistics: string;
  readonly errors: string;
  readonly messages: string;
}

/** Reads the outcome of a run out of SIPp's files. */
export function readSippResult(logs: SippLogs): SippResult {
  const columns = lastRow(logs.statistics);
  const counters: Record<string, number> = {};
  for (const [name, value] of columns) {
    if (name.endsWith("(C)")) counters[name.slice(0, -3)] = toNumber(value);
  }
  const count = (name: string) => counters[name] ?? 0;
  return {
    exitCode: logs.exitCode,
    calls: toNumber(columns.get("TotalCallCreated")),
    successful: count("SuccessfulCall"),
    failed: count("FailedCall"),
    retransmissions: count("Retransmissions"),
    unexpected: count("FailedUnexpectedMessage"),
    timeouts: count("FailedTimeoutOnRecv") + count("FailedMaxUDPRetrans"),
    responseTimeMs: count("ResponseTime1"),
    counters,
    errors: logs.errors,
    messages: logs.messages,
  };
}

/** The outcome as a text for assertion messages: counts, then what SIPp complained about, then the last messages. */
export function explainSipp(result: SippResult): string {
  const { calls, successful, failed, unexpected, timeouts, retransmissions, exitCode } = result;
  const counts = `calls ${calls}, successful ${successful}, failed ${failed} (unexpected ${unexpected}, timeouts ${timeouts})`;
  const parts = [`SIPp: ${counts}, retransmissions ${retransmissions}, exit code ${exitCode}`];
  if (result.errors !== "") parts.push("--- SIPp errors ---", lastLines(result.errors, 30));
  if (result.messages !== "") parts.push("--- SIPp messages ---", lastLines(result.messages, 60));
  return parts.join("\n");
}

function lastRow(statistics: string): Map<string, string> {
  const lines = statistics.trimEnd().split("\n");
  const names = lines[0]?.split(";") ?? [];
  const values = lines.length > 1 ? (lines.at(-1)?.split(";") ?? []) : [];
  return new Map(names.map((name, index) => [name, values[index] ?? ""]));
}

/** A count as it stands, a time `hh:mm:ss:µs` in milliseconds. */
function toNumber(text: string | undefined): number {
  const time = /^(\d+):(\d+):(\d+):(\d+)$/.exec(text ?? "");
  if (time === null) return Number.parseFloat(text ?? "") || 0;
  const [hours = 0, minutes = 0, seconds = 0, micros = 0] = time.slice(1).map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + micros / 1000;
}
