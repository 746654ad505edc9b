import { isBuiltin } from "node:module";

/** @import { Finding, ImportEdge, Module, World } from "./types.js" */

/**
 * Packages reach each other by name, and only along the plan; nobody inside a package imports its index; what is
 * published declares what it imports.
 * @param {World} world
 * @returns {Finding[]}
 */
export function packageRule(world) {
  return [...world.modules.values()].flatMap((module) =>
    module.imports.flatMap((edge) => {
      const breach = edge.specifier.startsWith(".") ? relative(world, module, edge) : named(world, module, edge);
      return breach ? [{ file: module.path, line: edge.line, ...breach }] : [];
    }),
  );
}

/** @typedef {Pick<Finding, "rule" | "what" | "mend">} Breach */

/**
 * @param {World} world
 * @param {Module} module
 * @param {ImportEdge} edge
 * @returns {Breach | undefined}
 */
function relative(world, module, { specifier }) {
  const target = world.resolve(module, specifier);
  if (target === undefined || target.home.kind === "suite") return undefined;
  if (target.home.kind !== module.home.kind || target.home.name !== module.home.name) {
    return {
      rule: "package",
      what: `reaches into ${target.home.kind} ${target.home.name} by path: ${specifier}`,
      mend: `import ${world.plan.scope}${target.home.name} by name, and export there what is missing`,
    };
  }
  if (target.path.endsWith("/index.ts") && !mayImportOwnIndex(module)) return ownIndex(specifier);
  return undefined;
}

/** @param {string} specifier @returns {Breach} */
function ownIndex(specifier) {
  return {
    rule: "entry",
    what: `imports an entry of its own package: ${specifier}`,
    mend: "import the file that declares the name; an index is for other packages (tests of it stand in the package's test/ folder)",
  };
}

/** @param {Module} module */
const mayImportOwnIndex = (module) =>
  module.isTest && (!module.path.includes("/src/") || /\/index\.test(-d)?\.ts$/.test(module.path));

/**
 * @param {World} world
 * @param {Module} module
 * @param {ImportEdge} edge
 * @returns {Breach | undefined}
 */
function named(world, module, edge) {
  if (!edge.specifier.startsWith(world.plan.scope)) return undeclared(world, module, edge.specifier);
  const { specifier } = edge;
  const isOwn = packageOf(specifier) === `${world.plan.scope}${module.home.name}`;
  if (module.isTest) return isOwn && !mayImportOwnIndex(module) ? ownIndex(specifier) : undefined;
  if (isOwn && module.home.kind === "package") return ownIndex(specifier);
  if (world.plan.testsOnly.includes(packageOf(specifier)) && module.home.kind !== "suite") {
    return {
      rule: "package",
      what: `imports ${specifier}, which is for tests`,
      mend: "move the code that needs it into a *.test.ts file or a test/ folder",
    };
  }
  const plan = world.plan.packages[module.home.name];
  if (module.home.kind !== "package" || plan === undefined) return undeclared(world, module, specifier);
  if (plan.imports.some((allowed) => allows(allowed, edge))) return undeclared(world, module, specifier);
  return {
    rule: "package",
    what: `${module.home.name} imports ${specifier}`,
    mend: `${module.home.name} may import ${plan.imports.join(", ") || "nothing of ours"} (scripts/floors.json): pass the thing in through a port`,
  };
}

/**
 * @param {string} allowed
 * @param {ImportEdge} edge
 */
function allows(allowed, { specifier, typesOnly }) {
  if (allowed.startsWith("type ")) return typesOnly && allowed.slice(5) === specifier;
  return allowed.endsWith("/*") ? specifier.startsWith(allowed.slice(0, -1)) : specifier === allowed;
}

/** @param {string} specifier */
function packageOf(specifier) {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

/**
 * @param {World} world
 * @param {Module} module
 * @param {string} specifier
 * @returns {Breach | undefined}
 */
function undeclared(world, module, specifier) {
  if (module.isTest || !module.path.includes("/src/") || isBuiltin(specifier)) return undefined;
  const manifest = world.manifests.get(`${module.home.kind}s/${module.home.name}`) ?? {};
  const { dependencies, peerDependencies, optionalDependencies } = manifest;
  const name = packageOf(specifier);
  if (name in { ...dependencies, ...peerDependencies, ...optionalDependencies }) return undefined;
  return {
    rule: "dependency",
    what: `imports ${name}, which ${module.home.kind}s/${module.home.name}/package.json does not declare`,
    mend: `npm install -w ${module.home.kind}s/${module.home.name} ${name}`,
  };
}
