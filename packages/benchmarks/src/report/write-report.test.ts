import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { BenchReport } from "./bench-report.js";
import { textOf, writeReport } from "./write-report.js";

const code: BenchReport = {
  kind: "code",
  name: "parse",
  description: "reads",
  rows: [
    { library: "siplet", microseconds: 2, ratio: 1, isDoubtful: false },
    { library: "other", microseconds: 9, ratio: 4.5, isDoubtful: true },
  ],
};
const growth: BenchReport = {
  kind: "growth",
  name: "growth",
  lines: [
    {
      name: "established calls",
      of: "calls",
      points: [
        { count: 1, cpuPerUnit: 50, heapPerCall: 2000, residentMegabytes: 90 },
        { count: 1000, cpuPerUnit: 55, heapPerCall: 1900, residentMegabytes: 95 },
      ],
    },
  ],
};

describe("the report of a run", () => {
  it("explains its marks", () => {
    expect(textOf(code)).toContain("other (!)");
    expect(textOf(code)).toContain("do not quote");
    expect(textOf(growth)).not.toContain("do not quote");
  });

  it("tells growth beside the first point", () => {
    expect(textOf(growth)).toMatch(/established calls\s+1,000\s+55\.00\s+1\.10\s+1900\s+95/);
  });

  it("writes results, tables and a plot for each", () => {
    const folder = mkdtempSync(join(tmpdir(), "siplet-report-"));
    try {
      writeReport(folder, { machine: "a machine", date: "2026-01-01", reports: [code, growth] });
      expect(readdirSync(folder).toSorted()).toEqual([
        "growth.svg",
        "parse.svg",
        "performance-tables.md",
        "performance.json",
      ]);
      expect(JSON.parse(readFileSync(join(folder, "performance.json"), "utf8"))).toMatchObject({
        machine: "a machine",
      });
      expect(readFileSync(join(folder, "performance-tables.md"), "utf8")).toContain("| other (!) | 9.00 | 4.5 |");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
