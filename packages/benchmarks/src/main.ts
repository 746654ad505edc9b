/** `npm run bench`: see `usage` in options.ts. */
import { BenchError } from "./bench-error.js";
import { codeScenarios, measureCode, type CodeScenario } from "./code/measure-code.js";
import { growthLines, measureGrowth } from "./growth/measure-growth.js";
import { measureCalls } from "./measure/measure-calls.js";
import { canPin } from "./machine/pinning.js";
import { requirePrograms } from "./measure/require-programs.js";
import { findSaturation, type Saturation } from "./measure/saturation.js";
import { readOptions, usage, type BenchOptions } from "./options.js";
import { describeProfiles, profileOptions } from "./profile/report-profiles.js";
import type { BenchReport, BenchRunReport } from "./report/bench-report.js";
import { summarizeCalls } from "./report/call-rows.js";
import { machine } from "./machine/describe-machine.js";
import { textOf, writeReport } from "./report/write-report.js";
import type { Scenario } from "./scenario.js";
import { scenarios } from "./scenarios.js";

const known = [...scenarios.map((scenario) => scenario.name), ...Object.keys(codeScenarios), "growth"];
const tell = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(args: readonly string[]): Promise<void> {
  if (args.includes("--help")) return void process.stdout.write(usage);
  const options = readOptions(args, known);
  const names = options.names.length === 0 ? known : options.names;
  requirePrograms(scenarios.filter((scenario) => names.includes(scenario.name)));
  if (!canPin) tell("There is one core, or no taskset: server and load share what there is.");
  const reports: BenchReport[] = [];
  for (const name of names) {
    const report = await measure(name, options);
    reports.push(report);
    if (!options.json) process.stdout.write(`\n${textOf(report)}\n`);
  }
  const run: BenchRunReport = { machine: machine(), date: new Date().toISOString().slice(0, 10), reports };
  if (options.report !== undefined) writeReport(options.report, run);
  if (options.json) process.stdout.write(`${JSON.stringify(run, undefined, 2)}\n`);
  else process.stdout.write(`${run.machine}\n`);
}

async function measure(name: string, options: BenchOptions): Promise<BenchReport> {
  if (name === "growth") {
    return { kind: "growth", name, lines: await measureGrowth(growthLines, options.repetitions, tell) };
  }
  const scenario = scenarios.find((each) => each.name === name);
  if (scenario !== undefined) return measureScenario(scenario, options);
  const code = name as CodeScenario;
  return {
    kind: "code",
    name: code,
    description: codeScenarios[code],
    rows: await measureCode(code, options.repetitions),
  };
}

async function measureScenario(scenario: Scenario, options: BenchOptions): Promise<BenchReport> {
  const nodeOptions = options.profile ? profileOptions() : [];
  const results = await measureCalls(scenario, { ...options, nodeOptions, onProgress: tell });
  if (options.profile) tell(describeProfiles());
  const saturation: Saturation[] = [];
  for (const server of options.saturation ? scenario.servers : []) {
    saturation.push(await findSaturation(scenario, server, options.rate, tell));
  }
  const { name, description } = scenario;
  return { kind: "calls", name, description, rows: summarizeCalls(results), saturation };
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(error instanceof BenchError ? `${error.message}\n` : `${String(error)}\n`);
  process.exitCode = 1;
});
