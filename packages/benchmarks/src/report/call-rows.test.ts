import { describe, expect, it } from "vitest";
import type { Sample, ServerResult } from "../measure/measure-calls.js";
import { callTable, summarizeCalls } from "./call-rows.js";

function sample(cpuPerCall: number, changes: Partial<Sample> = {}): Sample {
  const usual = { residentBytes: 50 * 1_048_576, successful: 100, failed: 0, retransmitted: 0 };
  return { ...usual, cpuPerCall, loopUtilization: 0.5, collectorShare: 0.1, ...changes };
}

function result(role: "floor" | "peer" | "subject", ...samples: readonly Sample[]): ServerResult {
  return { server: { name: role, role, program: { kind: "node", module: role, args: [] } }, samples };
}

describe("the rows of a comparison", () => {
  it("takes medians, and ratios within each repetition, so that a slow moment slows both sides", () => {
    const rows = summarizeCalls([
      result("floor", sample(10), sample(20), sample(10)),
      result("subject", sample(30), sample(60), sample(33)),
    ]);
    expect(rows[1]).toMatchObject({ cpuPerCall: 33, minimum: 30, maximum: 60, ratioToFloor: 3, isDoubtful: false });
  });

  it("has no ratio without floor", () => {
    expect(summarizeCalls([result("peer", sample(10))])[0]?.ratioToFloor).toBeUndefined();
  });

  it("doubts fewer than three repetitions", () => {
    expect(summarizeCalls([result("peer", sample(10), sample(10))])[0]?.isDoubtful).toBe(true);
  });

  it("doubts a server one of whose calls failed", () => {
    const [row] = summarizeCalls([result("peer", sample(1), sample(1, { failed: 1 }), sample(1))]);
    expect(row).toMatchObject({ failed: 1, isDoubtful: true });
  });

  it("tells nothing of the event loop of a server that has none", () => {
    const none = { loopUtilization: undefined, collectorShare: undefined };
    const [row] = summarizeCalls([result("peer", sample(1, none), sample(1, none), sample(1, none))]);
    expect(row).toMatchObject(none);
  });

  it("marks doubtful rows in the table", () => {
    const { rows } = callTable(summarizeCalls([result("floor", sample(10)), result("subject", sample(20))]));
    expect(rows[1]).toEqual(["subject (!)", "20", "20–20", "2.00", "50", "50 %", "10 %", "0", "0"]);
  });
});
