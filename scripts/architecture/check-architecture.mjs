import { cycleRule } from "./cycle-rule.mjs";
import { docRule } from "./doc-rule.mjs";
import { floorRule } from "./floor-rule.mjs";
import { ownerRule } from "./owner-rule.mjs";
import { packageRule } from "./package-rule.mjs";
import { readWorld } from "./read-world.mjs";
import { wordingRule } from "./wording-rule.mjs";

/** @import { Finding, FloorPlan } from "./types.js" */

const rules = [floorRule, cycleRule, packageRule, ownerRule, wordingRule, docRule];

/**
 * Checks the source below `root` against the plan; findings come sorted by place.
 * @param {string} root
 * @param {FloorPlan} plan
 * @returns {{ findings: Finding[], files: number }}
 */
export function checkArchitecture(root, plan) {
  const world = readWorld(root, plan);
  const findings = rules.flatMap((rule) => rule(world));
  return { findings: findings.toSorted(byPlace), files: world.modules.size };
}

/**
 * @param {Finding} finding
 * @returns {string}
 */
export function printFinding({ file, line, rule, what, mend }) {
  return `${file}:${line}  ${what}  [${rule}]\n    mend: ${mend}`;
}

/**
 * @param {Finding} a
 * @param {Finding} b
 */
function byPlace(a, b) {
  return a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1;
}
