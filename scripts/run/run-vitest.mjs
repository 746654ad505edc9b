import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./run-command.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** @typedef {{ status: string }} Assertion */
/** @typedef {{ status: string, assertionResults: Assertion[] }} FileResult */

/**
 * Runs one project of vitest.config.ts and counts its tests.
 * @param {string} root
 * @param {string} project
 * @param {number} timeout
 * @returns {Promise<Counts>}
 */
export async function runVitest(root, project, timeout) {
  const folder = join(root, ".run/results");
  const report = join(folder, `${project}.json`);
  mkdirSync(folder, { recursive: true });
  rmSync(report, { force: true });
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const args = ["run", "--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const run = await runCommand(process.execPath, [vitest, ...args], { cwd: root, timeout });
  const counts = existsSync(report) ? countTests(JSON.parse(readFileSync(report, "utf8")).testResults) : noTests;
  if (run.ok || counts.failed > 0) return counts;
  // Every test passed, yet vitest is not content: an unhandled rejection, a leak, a timeout.
  console.log(`vitest: ${run.reason}`);
  return { ...counts, failed: 1 };
}

const noTests = { passed: 0, failed: 0, skipped: 0 };

/**
 * A file that fails without a failed test (it does not load, a hook throws) counts as one failure.
 * @param {readonly FileResult[]} files
 * @returns {Counts}
 */
export function countTests(files) {
  const counts = { ...noTests };
  for (const { status, assertionResults } of files) {
    const failed = assertionResults.filter((test) => test.status === "failed").length;
    const passed = assertionResults.filter((test) => test.status === "passed").length;
    counts.failed += status === "failed" ? Math.max(failed, 1) : failed;
    counts.passed += passed;
    counts.skipped += assertionResults.length - passed - failed;
  }
  return counts;
}
