import { join } from "node:path";
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
  {
    name: "build",
    does: "every package and example",
    needs: ["install"],
    run: tool("turbo/bin/turbo", buildArguments()),
  },
  { name: "lint", does: "oxlint, with its type-aware rules", needs: ["install"], run: tool("oxlint/bin/oxlint") },
  {
    name: "architecture",
    does: "floors, cycles, package rules",
    needs: ["install"],
    run: script("lint-architecture.mjs"),
  },
  { name: "format", does: "oxfmt", needs: ["install"], run: tool("oxfmt/bin/oxfmt", ["--check", "."]) },
  {
    name: "types",
    does: "sources, tests and type tests",
    needs: ["install"],
    run: tool("typescript/bin/tsc", ["-p", "tsconfig.json"]),
  },
  {
    name: "unit",
    does: "tests beside the code",
    needs: ["install"],
    run: (root) => runVitest(root, "unit", 10 * minute),
  },
  {
    name: "conformance",
    does: "suites per RFC section",
    needs: ["install"],
    run: (root) => runVitest(root, "conformance", 10 * minute),
  },
  {
    name: "published",
    does: "what users get: entries, README programs",
    needs: ["build"],
    run: (root) => runVitest(root, "published", 10 * minute),
  },
  { name: "counterparts", does: "Debian packages the end-to-end tests call", run: counterparts },
  {
    name: "e2e",
    does: "against real programs",
    needs: ["build", "counterparts"],
    run: (root) => runVitest(root, "e2e", 20 * minute),
  },
];

/** @param {string} root */
async function installPackages(root) {
  const problem = await install(root, () => console.log("npm ci"));
  if (problem !== undefined) console.log(problem);
  return problem === undefined;
}

async function counterparts() {
  await installCounterparts((line) => console.log(line));
  return true;
}

/** What turbo is told for a build, `npm start` included. @param {string[]} filter */
export function buildArguments(...filter) {
  return ["run", "build", "--output-logs=errors-only", ...filter.map((name) => `--filter=${name}`)];
}

/** Keeps turbo from talking about itself. */
export const buildEnvironment = { TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1", DO_NOT_TRACK: "1" };

/**
 * A program of node_modules, run by this Node.
 * @param {string} path
 * @param {string[]} [args]
 * @returns {Step["run"]}
 */
function tool(path, args = []) {
  return async (root) => {
    const file = join(root, "node_modules", path);
    const { ok, reason } = await runCommand(process.execPath, [file, ...args], {
      cwd: root,
      env: buildEnvironment,
      timeout: 10 * minute,
    });
    if (!ok && !reason.startsWith("exit code")) console.log(reason);
    return ok;
  };
}

/** @param {string} name @returns {Step["run"]} */
function script(name) {
  return async (root) => (await runCommand(process.execPath, [join(root, "scripts", name)], { cwd: root })).ok;
}
