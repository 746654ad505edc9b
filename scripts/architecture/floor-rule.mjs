/** @import { Finding, Module, World } from "./types.js" */

/**
 * A folder imports only folders on lower floors; folders of one floor do not know each other.
 * @param {World} world
 * @returns {Finding[]}
 */
export function floorRule(world) {
  /** @type {Finding[]} */
  const findings = [];
  const seen = new Set();
  for (const module of world.modules.values()) {
    const plan = world.plan.packages[module.home.name];
    if (module.home.kind !== "package" || !module.path.includes("/src/") || module.isTest) continue;
    if (plan === undefined) {
      if (!seen.has(module.home.name)) findings.push(unknownPackage(module));
      seen.add(module.home.name);
      continue;
    }
    if (plan.floors === undefined || isEntry(module)) continue;
    const place = `${module.home.name}/${module.home.folder}`;
    const floor = floorOf(plan.floors, module.home.folder);
    if (floor === 0) {
      if (!seen.has(place)) findings.push(unknownFolder(module));
      seen.add(place);
    } else findings.push(...upwardImports(world, module, plan.floors));
  }
  return findings;
}

/** @param {Module} module */
const isEntry = (module) => module.home.folder === "" && module.path.endsWith("/src/index.ts");

/**
 * Floors count from 1; 0 is no floor at all.
 * @param {readonly (readonly string[])[]} floors
 * @param {string} folder
 */
const floorOf = (floors, folder) => floors.findIndex((folders) => folders.includes(folder)) + 1;

/**
 * @param {World} world
 * @param {Module} module
 * @param {readonly (readonly string[])[]} floors
 * @returns {Finding[]}
 */
function upwardImports(world, module, floors) {
  const own = module.home.folder;
  const ownFloor = floorOf(floors, own);
  return module.imports.flatMap(({ specifier, line }) => {
    const target = specifier.startsWith(".") ? world.resolve(module, specifier) : undefined;
    if (target === undefined || target.home.name !== module.home.name || target.home.kind !== "package") return [];
    const other = target.home.folder;
    const floor = floorOf(floors, other);
    if (other === own || floor === 0 || floor < ownFloor) return [];
    const what = `${own} (floor ${ownFloor}) imports ${other} (floor ${floor}): ${specifier}`;
    const mend =
      floor === ownFloor
        ? `neighbours do not know each other: move what both need below floor ${floor}, or pass it in from above`
        : `let ${own} declare a port that ${other} implements, or move what is needed below floor ${ownFloor}`;
    return [{ file: module.path, line, rule: "floor", what, mend }];
  });
}

/**
 * @param {Module} module
 * @returns {Finding}
 */
function unknownPackage({ path, home }) {
  return {
    file: path,
    line: 1,
    rule: "plan",
    what: `the package ${home.name} is not in the plan`,
    mend: `add "${home.name}" to "packages" in scripts/floors.json with what it may import, and to docs/architecture.md`,
  };
}

/**
 * @param {Module} module
 * @returns {Finding}
 */
function unknownFolder({ path, home }) {
  const where = home.folder === "" ? "a file directly in src" : `the folder ${home.folder}`;
  return {
    file: path,
    line: 1,
    rule: "plan",
    what: `${where} of ${home.name} is on no floor`,
    mend:
      home.folder === ""
        ? "move it into the folder it belongs to; only index.ts stands directly in src"
        : `add "${home.folder}" to its floor under packages.${home.name}.floors in scripts/floors.json, and to docs/architecture.md`,
  };
}
