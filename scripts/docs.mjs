#!/usr/bin/env node
// The site: node scripts/docs.mjs [dev]. Installs what docs/ alone needs, makes docs/api, then builds or serves the pages.
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { install } from "./run/install.mjs";
import { requireNode } from "./run/require-node.mjs";
import { endWithSignals, runCommand } from "./run/run-command.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const docs = join(root, "docs");

requireNode();
endWithSignals();
process.exitCode = (await main()) ? 0 : 1;

async function main() {
  for (const folder of [root, docs]) {
    const problem = await install(folder, () => console.log(`npm ci in ${folder}`));
    if (problem === undefined) continue;
    console.error(problem);
    return false;
  }
  rmSync(join(docs, "api"), { recursive: true, force: true });
  const entries = entryPoints().flatMap((path) => ["--entryPoints", path]);
  if (!(await tool("typedoc/bin/typedoc", entries))) return false;
  return tool("vitepress/bin/vitepress.js", process.argv.includes("dev") ? ["dev"] : ["build"]);
}

/** The sources behind every entry of every published package. */
function entryPoints() {
  return readdirSync(join(root, "packages")).flatMap((name) => {
    const folder = join(root, "packages", name);
    /** @type {{ private?: boolean, exports?: Record<string, string | Record<string, string>> }} */
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    if (manifest.private) return [];
    return Object.values(manifest.exports ?? {}).flatMap((target) => {
      const source = typeof target === "object" ? target["siplet-source"] : undefined;
      return source === undefined ? [] : [join(folder, source)];
    });
  });
}

/**
 * @param {string} program
 * @param {string[]} args
 */
async function tool(program, args) {
  const { ok } = await runCommand(process.execPath, [join(docs, "node_modules", program), ...args], { cwd: docs });
  return ok;
}
