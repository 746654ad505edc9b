import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeTable, growthTable, saturationTable, type BenchReport, type BenchRunReport } from "./bench-report.js";
import { callTable, doubtNote } from "./call-rows.js";
import { barChart, lineChart } from "./svg-chart.js";
import { formatTable, markdownTable, type Table } from "./table.js";

/** A report as text for the terminal. */
export function textOf(report: BenchReport): string {
  return tablesOf(report)
    .map(({ title, table }) => `${title}\n\n${formatTable(table)}\n`)
    .concat(isDoubtful(report) ? [`${doubtNote}\n`] : [])
    .join("\n");
}

/** A report as a section of a document. */
export function markdownOf(report: BenchReport): string {
  const tables = tablesOf(report).map(({ title, table }) => `${title}\n\n${markdownTable(table)}\n`);
  const note = isDoubtful(report) ? [`${doubtNote}\n`] : [];
  return [`### ${report.name}\n`, ...tables, ...note].join("\n");
}

/** Writes the results as JSON and Markdown, and a plot for each. */
export function writeReport(folder: string, run: BenchRunReport): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "performance.json"), `${JSON.stringify(run, undefined, 2)}\n`);
  const text = [`${run.machine}, ${run.date}\n`, ...run.reports.map(markdownOf)].join("\n");
  writeFileSync(join(folder, "performance-tables.md"), text);
  for (const report of run.reports) {
    for (const [name, svg] of plotsOf(report)) writeFileSync(join(folder, `${name}.svg`), svg);
  }
}

function tablesOf(report: BenchReport): { readonly title: string; readonly table: Table }[] {
  if (report.kind === "growth") {
    return [{ title: "Cost per call with more of everything", table: growthTable(report.lines) }];
  }
  const title = `${report.name}: ${report.description}`;
  if (report.kind === "code") return [{ title, table: codeTable(report.rows) }];
  const calls = { title, table: callTable(report.rows) };
  if (report.saturation.length === 0) return [calls];
  return [calls, { title: "At saturation, and latency at 70 % of it", table: saturationTable(report.saturation) }];
}

function isDoubtful(report: BenchReport): boolean {
  return report.kind !== "growth" && report.rows.some((row) => row.isDoubtful);
}

function plotsOf(report: BenchReport): [name: string, svg: string][] {
  if (report.kind === "calls") {
    const bars = report.rows.map((row) => ({
      label: row.server,
      value: row.cpuPerCall,
      isOurs: row.role === "subject",
    }));
    return [[report.name, barChart(`${report.name}: CPU per call`, "µs", bars)]];
  }
  if (report.kind === "code") {
    const bars = report.rows.map((row) => ({ label: row.library, value: row.microseconds, isOurs: row.ratio === 1 }));
    return [[report.name, barChart(`${report.name}: CPU per message`, "µs", bars)]];
  }
  const lines = report.lines
    .filter((line) => line.of !== "timers")
    .map(({ name, points }) => ({
      label: name,
      points: points.map((point) => ({ x: point.count, y: point.cpuPerUnit })),
    }));
  return [["growth", lineChart("CPU per call with more and more of something", "µs", lines)]];
}
