/** @import { Finding, Module, World } from "./types.js" */

/**
 * Every export of a package carries a doc comment. Constants on adjoining lines share the one above the first.
 * @param {World} world
 * @returns {Finding[]}
 */
export function docRule({ modules }) {
  return [...modules.values()]
    .filter((module) => module.home.kind === "package" && module.path.includes("/src/") && !module.isTest)
    .flatMap(undocumented);
}

/**
 * @param {Module} module
 * @returns {Finding[]}
 */
function undocumented(module) {
  /** @type {Set<string>} */
  const documented = new Set();
  let previousEnd = 0;
  let previousName = "";
  /** @type {Finding[]} */
  const findings = [];
  for (const statement of module.program.body) {
    const from = previousEnd;
    previousEnd = statement.end;
    if (statement.type !== "ExportNamedDeclaration" || statement.declaration === null) continue;
    const { declaration } = statement;
    const name = nameOf(declaration);
    const isSameRun =
      declaration.type === "VariableDeclaration" && module.lineOf(statement.start) === module.lineOf(from) + 1;
    const isDocumented = module.comments.some(
      ({ type, value, start, end }) =>
        type === "Block" && value.startsWith("*") && start >= from && end <= declaration.start,
    );
    if (isDocumented || (isSameRun && documented.has(previousName))) documented.add(name);
    previousName = name;
    if (documented.has(name)) continue; // further overloads, and the interface beside its token
    findings.push({
      file: module.path,
      line: module.lineOf(statement.start),
      rule: "doc",
      what: `the export ${name} has no doc comment`,
      mend: "say in one sentence what it is, and the section of the standard if there is one",
    });
  }
  return findings;
}

/** @param {import("oxc-parser").Declaration} declaration */
function nameOf(declaration) {
  const named = declaration.type === "VariableDeclaration" ? declaration.declarations[0] : declaration;
  return named && "id" in named && named.id && "name" in named.id ? named.id.name : "default";
}
