import { describe, expect, it } from "vitest";
import { sumLoads } from "./load-result.js";
import { readLatencies, readStatistics } from "./sipp-statistics.js";

const names = "StartTime;CurrentTime;SuccessfulCall(P);SuccessfulCall(C);FailedCall(C);Retransmissions(C)";
const start = "2026-01-01\t10:00:00.500000\t1767261600.500000";

describe("what SIPp writes down", () => {
  it("takes the sums of the last line", () => {
    const first = `${start};${start};0;0;0;0`;
    const last = `${start};2026-01-01\t10:00:03.000000\t1767261603.000000;7;250;2;3`;
    expect(readStatistics(`${names}\n${first}\n${last}\n`)).toEqual({
      successful: 250,
      failed: 2,
      retransmitted: 3,
      seconds: 2.5,
    });
  });

  it("counts nothing where it got nowhere", () => {
    expect(readStatistics("")).toEqual({ successful: 0, failed: 0, retransmitted: 0, seconds: 0 });
  });

  it("reads the time to each answer", () => {
    expect(readLatencies("Date_ms;response_time_ms;rtd_name\n1.5;0.250;invite\n2.5;12;invite\n")).toEqual([0.25, 12]);
  });

  it("adds up generators that ran beside each other", () => {
    const one = { successful: 1, failed: 2, retransmitted: 3, seconds: 4, latencies: [5] };
    const other = { successful: 10, failed: 20, retransmitted: 30, seconds: 2, latencies: [6] };
    expect(sumLoads([one, other])).toEqual({
      successful: 11,
      failed: 22,
      retransmitted: 33,
      seconds: 4,
      latencies: [5, 6],
    });
  });
});
