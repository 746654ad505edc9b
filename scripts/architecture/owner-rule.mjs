import { visit } from "./visit.mjs";

/** @import { Finding, Module, Owner, World } from "./types.js" */

/**
 * Some foreign modules and globals belong to a few folders: inversify to `di` and `bootstrap`, Reflect's metadata to
 * `metadata`. Private packages are programs that use ours, so they may.
 * @param {World} world
 * @returns {Finding[]}
 */
export function ownerRule({ plan, modules, manifests }) {
  return [...modules.values()]
    .filter((module) => module.home.kind === "package" && module.path.includes("/src/") && !module.isTest)
    .filter((module) => manifests.get(`packages/${module.home.name}`)?.private !== true)
    .flatMap((module) =>
      plan.owners
        .filter(({ folders }) => !folders.includes(`${module.home.name}/${module.home.folder}`))
        .flatMap((owner) => uses(module, owner).map((use) => breach(module, owner, use))),
    );
}

/**
 * @param {Module} module
 * @param {Owner} owner
 * @returns {{ name: string, line: number }[]}
 */
function uses(module, { modules, global, members = [] }) {
  if (modules !== undefined) {
    return module.imports
      .filter(({ specifier }) => modules.some((name) => specifier === name || specifier.startsWith(`${name}/`)))
      .map(({ specifier, line }) => ({ name: specifier, line }));
  }
  /** @type {{ name: string, line: number }[]} */
  const found = [];
  if (global === undefined || !module.source.includes(global)) return found;
  visit(module.program, (node) => {
    if (node.type !== "MemberExpression" || node.object.type !== "Identifier" || node.object.name !== global) return;
    const member = node.property.type === "Identifier" ? node.property.name : "?";
    if (members.includes(member)) found.push({ name: `${global}.${member}`, line: module.lineOf(node.start) });
  });
  return found;
}

/**
 * @param {Module} module
 * @param {Owner} owner
 * @param {{ name: string, line: number }} use
 * @returns {Finding}
 */
function breach(module, { folders, mend }, { name, line }) {
  return { file: module.path, line, rule: "owner", what: `${name} belongs to ${folders.join(" and ")}`, mend };
}
