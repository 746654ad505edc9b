#!/usr/bin/env node
// The measurements of packages/benchmarks, on a fresh build: node scripts/bench.mjs [scenario …] [--json] …
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildAll } from "./run/build-all.mjs";
import { install } from "./run/install.mjs";
import { requireNode } from "./run/require-node.mjs";
import { endWithSignals, runCommand } from "./run/run-command.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

requireNode();
endWithSignals();
process.exitCode = await main();

async function main() {
  const problem = (await install(root, () => console.error("npm ci"))) ?? (await build());
  if (problem !== undefined) {
    console.error(problem);
    return 1;
  }
  const program = join(root, "packages/benchmarks/dist/main.js");
  const { ok } = await runCommand(process.execPath, [program, ...process.argv.slice(2)], { cwd: root });
  return ok ? 0 : 1;
}

/** @returns {Promise<string | undefined>} What went wrong. */
async function build() {
  const { ok, reason, output } = await buildAll(root, "@siplet/benchmarks");
  return ok ? undefined : `The build failed (${reason}):\n${output}`;
}
