#!/usr/bin/env node
// Installs and builds what is missing, then runs the quick start. Needs nothing but Node and npm to begin with.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildAll } from "./run/build-all.mjs";
import { install } from "./run/install.mjs";
import { requireNode } from "./run/require-node.mjs";
import { runApplication } from "./run/run-application.mjs";
import { endWithSignals } from "./run/run-command.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const example = join(root, "examples/quick-start");
const main = join(example, "dist/main.js");

requireNode();
const stopPreparing = endWithSignals();
const problem = (await prepare()) ?? missingProgram();
stopPreparing();
if (problem === undefined) process.exitCode = await runApplication(main, example);
else {
  console.error(problem);
  process.exitCode = 1;
}

/** @returns {Promise<string | undefined>} What went wrong. */
async function prepare() {
  const failure = await install(root, () => console.log("Installing npm packages, once …"));
  if (failure !== undefined) return failure;
  if (!existsSync(main)) console.log("Building, once …");
  const build = await buildAll(root, "@siplet/example-quick-start");
  return build.ok ? undefined : `The build failed (${build.reason}):\n${build.output}`;
}

function missingProgram() {
  return existsSync(main) ? undefined : "examples/quick-start has no dist/main.js.";
}
