/** `npm run bench -- uas [--calls N] [--rate N] [--repetitions N] [--json] [--profile]` */
import { mkdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { BenchError } from "./bench-error.js";
import { measure } from "./measure.js";
import { formatTable, machine, summarize } from "./report.js";
import { scenarios, type Scenario } from "./scenarios.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    calls: { type: "string", default: "10000" },
    rate: { type: "string", default: "2000" },
    repetitions: { type: "string", default: "5" },
    json: { type: "boolean", default: false },
    profile: { type: "boolean", default: false },
  },
});

function chosen(): Scenario[] {
  if (positionals.length === 0) return [...scenarios];
  return positionals.map((name) => {
    const scenario = scenarios.find((each) => each.name === name);
    if (scenario !== undefined) return scenario;
    throw new BenchError(`There is no scenario "${name}"; there are: ${scenarios.map((each) => each.name).join(", ")}`);
  });
}

function profileOptions(): string[] {
  if (!values.profile) return [];
  mkdirSync(".run/profiles", { recursive: true });
  return ["--cpu-prof", "--cpu-prof-dir=.run/profiles"];
}

async function main(): Promise<void> {
  const reports = [];
  for (const scenario of chosen()) {
    const results = await measure(scenario, {
      calls: Number(values.calls),
      rate: Number(values.rate),
      repetitions: Number(values.repetitions),
      nodeOptions: profileOptions(),
      onProgress: (line) => process.stderr.write(`${line}\n`),
    });
    const rows = summarize(results);
    reports.push({ scenario: scenario.name, machine: machine(), rows });
    if (!values.json) process.stdout.write(`\n${formatTable(scenario, rows)}\n`);
  }
  if (values.json) process.stdout.write(`${JSON.stringify(reports, undefined, 2)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(error instanceof BenchError ? `${error.message}\n` : `${String(error)}\n`);
  process.exitCode = 1;
});
