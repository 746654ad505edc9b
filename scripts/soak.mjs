#!/usr/bin/env node
// 100,000 calls of mixed outcome, and what they leave behind: node scripts/soak.mjs [--calls n] [--network memory|udp] [--wave n]
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { install } from "./run/install.mjs";
import { requireNode } from "./run/require-node.mjs";
import { endWithSignals, runCommand } from "./run/run-command.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const program = join(root, "packages/benchmarks/test/soak/main.ts");
/** The sources as they stand; garbage is collected before memory is looked at. */
const nodeOptions = ["--expose-gc", "--conditions=siplet-source", "--import", "tsx"];

requireNode();
endWithSignals();
process.exitCode = await main();

async function main() {
  const problem = await install(root, () => console.error("npm ci"));
  if (problem !== undefined) {
    console.error(problem);
    return 1;
  }
  const { ok } = await runCommand(process.execPath, [...nodeOptions, program, ...process.argv.slice(2)], { cwd: root });
  return ok ? 0 : 1;
}
