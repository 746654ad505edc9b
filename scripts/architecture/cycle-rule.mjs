import { findCycles } from "./cycles.mjs";

/** @import { Finding, ImportEdge, Module, World } from "./types.js" */
/** @typedef {{ from: string, to: string, file: string, line: number }} Arrow */

/**
 * No cycle between files, folders or packages; `import type` counts, tests do not.
 * @param {World} world
 * @returns {Finding[]}
 */
export function cycleRule(world) {
  const arrows = [...world.modules.values()]
    .filter((module) => !module.isTest && module.home.kind !== "suite")
    .flatMap((module) => module.imports.map((edge) => ({ module, edge, target: targetOf(world, module, edge) })));
  return [
    ...cyclesBetween("files", arrows, (module) => module.path),
    ...cyclesBetween("folders", arrows, (module) => (module.home.folder === "" ? undefined : module.directory)),
    ...cyclesBetween("packages", arrows, (module) => `${module.home.kind}s/${module.home.name}`),
  ];
}

/**
 * @param {World} world
 * @param {Module} module
 * @param {ImportEdge} edge
 */
function targetOf(world, module, { specifier }) {
  if (specifier.startsWith(".")) return world.resolve(module, specifier);
  const { scope } = world.plan;
  if (!specifier.startsWith(scope)) return undefined;
  return world.modules.get(`packages/${specifier.slice(scope.length).split("/")[0]}/src/index.ts`);
}

/**
 * @param {string} level
 * @param {readonly { module: Module, edge: ImportEdge, target: Module | undefined }[]} arrows
 * @param {(module: Module) => string | undefined} nodeOf
 * @returns {Finding[]}
 */
function cyclesBetween(level, arrows, nodeOf) {
  /** @type {Map<string, Set<string>>} */
  const graph = new Map();
  /** @type {Map<string, { file: string, line: number }>} */
  const places = new Map();
  for (const { module, edge, target } of arrows) {
    const from = nodeOf(module);
    const to = target && nodeOf(target);
    if (from === undefined || to === undefined || (from === to && level !== "files")) continue;
    graph.set(from, (graph.get(from) ?? new Set()).add(to));
    if (!places.has(`${from} ${to}`)) places.set(`${from} ${to}`, { file: module.path, line: edge.line });
  }
  return findCycles(graph).map((cycle) => describe(level, cycle, places));
}

/**
 * @param {string} level
 * @param {readonly string[]} cycle
 * @param {ReadonlyMap<string, { file: string, line: number }>} places
 * @returns {Finding}
 */
function describe(level, cycle, places) {
  const steps = cycle.map((from, at) => {
    const to = cycle[(at + 1) % cycle.length];
    return { to, ...(places.get(`${from} ${to}`) ?? { file: from, line: 1 }) };
  });
  const way = steps.map(({ to, file, line }) => `→ ${to} (${file}:${line})`).join(" ");
  const { file, line } = steps[0] ?? { file: "", line: 0 };
  return {
    file,
    line,
    rule: "cycle",
    what: `the ${level} import each other: ${cycle[0]} ${way}`,
    mend: "declare an interface in the lower one and let the upper one implement it, or move what both need below both; a type import makes a cycle too",
  };
}
