#!/usr/bin/env node
// Everything a commit must pass: node scripts/test.mjs [--only step,step]. Needs nothing but Node and npm to begin with.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { requireNode } from "./run/require-node.mjs";
import { endWithSignals } from "./run/run-command.mjs";
import { steps } from "./run/steps.mjs";

/** @import { Step } from "./run/steps.mjs" */
/** @typedef {{ name: string, outcome: string, seconds: string, ok: boolean, passed: number, failed: number, skipped: number }} Row */

const root = fileURLToPath(new URL("..", import.meta.url));

requireNode();
endWithSignals();
await main();

async function main() {
  const chosen = choose();
  /** @type {Row[]} */
  const rows = [];
  for (const step of chosen) rows.push(await perform(step, rows));
  summarize(rows);
}

/** The steps asked for, with what they need before them. */
function choose() {
  const { values } = parseArgs({ options: { only: { type: "string" }, help: { type: "boolean" } } });
  if (values.help) {
    for (const { name, does } of steps) console.log(`${name.padEnd(14)}${does}`);
    process.exit(0);
  }
  if (values.only === undefined) return steps;
  const names = values.only.split(",").map((name) => name.trim());
  const unknown = names.filter((name) => steps.every((step) => step.name !== name));
  if (unknown.length > 0) {
    console.error(`No step ${unknown.join(", ")}; there are ${steps.map((step) => step.name).join(", ")}.`);
    process.exit(2);
  }
  const wanted = new Set(names);
  for (const step of steps.toReversed()) {
    if (wanted.has(step.name)) for (const need of step.needs ?? []) wanted.add(need);
  }
  return steps.filter((step) => wanted.has(step.name));
}

/**
 * @param {Step} step
 * @param {readonly Row[]} before
 * @returns {Promise<Row>}
 */
async function perform({ name, needs = [], run }, before) {
  const unmet = before.find((row) => needs.includes(row.name) && !row.ok);
  if (unmet) {
    return { name, outcome: `not run: ${unmet.name} failed`, seconds: "", ok: false, passed: 0, failed: 0, skipped: 0 };
  }
  console.log(`\n── ${name} ${"─".repeat(76 - name.length)}`);
  const start = performance.now();
  const result = await run(root).catch((/** @type {unknown} */ error) => {
    console.log(error);
    return false;
  });
  const seconds = `${((performance.now() - start) / 1000).toFixed(1)} s`;
  if (typeof result === "boolean") {
    return {
      name,
      outcome: result ? "ok" : "FAILED",
      seconds,
      ok: result,
      passed: 0,
      failed: result ? 0 : 1,
      skipped: 0,
    };
  }
  return { name, outcome: sentence(result), seconds, ok: result.failed === 0, ...result };
}

/**
 * Tests as their runners counted them; a failed step without tests counts as one failure.
 * @param {readonly Row[]} rows
 */
function summarize(rows) {
  console.log(`\n── summary ${"─".repeat(69)}`);
  for (const { name, outcome, seconds } of rows) console.log(`${name.padEnd(14)}${seconds.padStart(8)}  ${outcome}`);
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const row of rows) {
    total.passed += row.passed;
    total.failed += row.failed;
    total.skipped += row.skipped;
  }
  process.exitCode = rows.every((row) => row.ok) ? 0 : 1;
  console.log(`\n${sentence(total)}`);
}

/** @param {{ passed: number, failed: number, skipped: number }} counts */
function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
