#!/usr/bin/env node
// The tests under other versions of Node: node scripts/test-node.mjs [version …] [--only step,step]
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { install, npm } from "./run/install.mjs";
import { endWithSignals, runCommand } from "./run/run-command.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
/** The floor of `engines`, and what people run. */
const usual = ["20.19.0", "22", "24", "26"];
/** What depends on the Node that runs it; the rest is the same everywhere. */
const testSteps = "unit,conformance,published,e2e";

endWithSignals();
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string", default: testSteps } },
});
const failed = [];
const problem = await install(root, () => console.log("npm ci"));
if (problem !== undefined) console.error(problem);
for (const version of problem === undefined ? (positionals.length > 0 ? positionals : usual) : []) {
  if (!(await testUnder(version))) failed.push(version);
}
if (failed.length > 0) console.error(`\nfailed under Node ${failed.join(", ")}`);
process.exitCode = failed.length > 0 || problem !== undefined ? 1 : 0;

/** @param {string} version */
async function testUnder(version) {
  const node = await nodeBinary(version);
  if (node === undefined) return false;
  const { output } = await runCommand(node, ["--version"], { capture: true });
  console.log(`\n══ Node ${output.trim()} ${"═".repeat(60)}`);
  const env = { PATH: `${dirname(node)}${delimiter}${process.env["PATH"] ?? ""}` };
  const run = await runCommand(node, [join(root, "scripts/test.mjs"), "--only", values.only], { cwd: root, env });
  return run.ok;
}

/**
 * npm carries Node's own binaries, a package per platform.
 * @param {string} version
 */
async function nodeBinary(version) {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const folder = join(root, ".run/node", version);
  const binary = join(folder, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(binary)) return binary;
  const { ok, output } = await npm(
    ["install", "--prefix", folder, "--no-save", "--no-package-lock", "--loglevel=error", `${name}@${version}`],
    root,
  );
  if (ok && existsSync(binary)) return binary;
  console.error(`npm has no Node ${version} for this machine (${name}):\n${output}`);
  return undefined;
}
