import { visit } from "./visit.mjs";

/** @import { Node } from "oxc-parser" */
/** @import { Finding, Module, World } from "./types.js" */

/** What no file may contain, tests included. */
const words = [
  { pattern: /\b(TODO|FIXME)\b/g, mend: "do it now, or say in docs what is not offered and why" },
  { pattern: /@ts-ignore\b/g, mend: "mend the type, or use @ts-expect-error with a reason" },
];

/**
 * Words and constructs the style forbids.
 * @param {World} world
 * @returns {Finding[]}
 */
export function wordingRule({ modules }) {
  return [...modules.values()].flatMap((module) => [...forbiddenWords(module), ...forbiddenCode(module)]);
}

/**
 * @param {Module} module
 * @returns {Finding[]}
 */
function forbiddenWords(module) {
  return words.flatMap(({ pattern, mend }) =>
    [...module.source.matchAll(pattern)].map((match) =>
      finding(module, match.index, `${match[0]} in the source`, mend),
    ),
  );
}

/**
 * @param {Module} module
 * @returns {Finding[]}
 */
function forbiddenCode(module) {
  if (module.isTest || !module.path.includes("/src/")) return [];
  if (!/\bas\s+(any|unknown)\b|\benum\b|\bnew\s+Error\b/.test(module.source)) return [];
  /** @type {Finding[]} */
  const findings = [];
  visit(module.program, (node) => {
    const breach = judge(module, node);
    if (breach) findings.push(finding(module, node.start, breach.what, breach.mend));
  });
  return findings;
}

/**
 * @param {Module} module
 * @param {Node} node
 */
function judge(module, node) {
  if (node.type === "TSEnumDeclaration") return { what: "an enum", mend: "use a union of literals" };
  if (node.type === "NewExpression" && module.home.kind === "package") {
    const isBare = node.callee.type === "Identifier" && node.callee.name === "Error";
    return isBare && { what: "a bare Error", mend: "throw the package's own error with a code of its error table" };
  }
  if (node.type !== "TSAsExpression") return undefined;
  if (node.typeAnnotation.type === "TSAnyKeyword") {
    return { what: "`as any`", mend: "name the type, or narrow from unknown" };
  }
  const isForced =
    node.expression.type === "TSAsExpression" && node.expression.typeAnnotation.type === "TSUnknownKeyword";
  if (!isForced || isArgued(module, node)) return undefined;
  return {
    what: "`as unknown as` without a reason",
    mend: "mend the types, or give the reason in a comment on the line above",
  };
}

/**
 * Whether a comment stands on the line of the node or right above it.
 * @param {Module} module
 * @param {Node} node
 */
function isArgued({ comments, lineOf }, node) {
  const line = lineOf(node.start);
  return comments.some((comment) => lineOf(comment.end) === line || lineOf(comment.end) === line - 1);
}

/**
 * @param {Module} module
 * @param {number} offset
 * @param {string} what
 * @param {string} mend
 * @returns {Finding}
 */
function finding({ path, lineOf }, offset, what, mend) {
  return { file: path, line: lineOf(offset), rule: "wording", what, mend };
}
