import { join } from "node:path";
import { buildAll } from "./build-all.mjs";
import { installCounterparts } from "./counterparts.mjs";
import { install } from "./install.mjs";
import { runCommand } from "./run-command.mjs";
import { runVitest } from "./run-vitest.mjs";

/** @import { Counts } from "./run-vitest.mjs" */

/**
 * A step says whether it went well, or how many tests did what.
 * @typedef {object} Step
 * @property {string} name
 * @property {string} does
 * @property {readonly string[]} [needs] Steps that must have gone well before.
 * @property {(root: string) => Promise<boolean | Counts>} run
 */

const minute = 60_000;

/** All that `npm test` does, in its order. @type {readonly Step[]} */
export const steps = [
  { name: "install", does: "npm packages, where they are missing or outdated", run: installPackages },
  { name: "build", does: "every package and example", needs: ["install"], run: build },
  { name: "lint", does: "oxlint with its type-aware rules", needs: ["install"], run: tool("oxlint", "--format=agent") },
  { name: "architecture", does: "floors, cycles, package rules", needs: ["install"], run: architecture },
  { name: "format", does: "oxfmt", needs: ["install"], run: tool("oxfmt", "--check", ".") },
  {
    name: "types",
    does: "sources, tests, type tests",
    needs: ["install"],
    run: tool("typescript", "-p", "tsconfig.json"),
  },
  { name: "unit", does: "tests beside the code", needs: ["install"], run: vitest("unit", 10) },
  { name: "conformance", does: "suites per RFC section", needs: ["install"], run: vitest("conformance", 10) },
  {
    name: "published",
    does: "what users get: entries, programs of README",
    needs: ["build"],
    run: vitest("published", 10),
  },
  { name: "counterparts", does: "Debian packages the end-to-end tests call", run: counterparts },
  { name: "e2e", does: "against real programs", needs: ["build", "counterparts"], run: vitest("e2e", 20) },
];

/** @param {string} root */
async function installPackages(root) {
  const problem = await install(root, () => console.log("npm ci"));
  if (problem !== undefined) console.log(problem);
  return problem === undefined;
}

/** @param {string} root */
async function build(root) {
  const { ok, reason, output } = await buildAll(root);
  console.log(ok ? "every package and example is built" : `${output.trim()}\n${reason}`);
  return ok;
}

async function counterparts() {
  await installCounterparts((line) => console.log(line));
  return true;
}

/** @param {string} root */
async function architecture(root) {
  return (await runCommand(process.execPath, [join(root, "scripts/lint-architecture.mjs")], { cwd: root })).ok;
}

/** @param {string} project @param {number} minutes @returns {Step["run"]} */
function vitest(project, minutes) {
  return (root) => runVitest(root, project, minutes * minute);
}

/**
 * The program of an npm package, run by this Node.
 * @param {"oxlint" | "oxfmt" | "typescript"} name
 * @param {string[]} args
 * @returns {Step["run"]}
 */
function tool(name, ...args) {
  return async (root) => {
    const program = join(root, "node_modules", name, "bin", name === "typescript" ? "tsc" : name);
    const { ok, reason } = await runCommand(process.execPath, [program, ...args], { cwd: root, timeout: 10 * minute });
    if (!ok && !reason.startsWith("exit code")) console.log(reason);
    return ok;
  };
}
