import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, posix } from "node:path";
import { parseSync } from "oxc-parser";

/** @import { FloorPlan, Home, ImportEdge, Manifest, Module, World } from "./types.js" */

const ignoredFolders = new Set(["node_modules", "dist", ".turbo", ".run", "coverage"]);

/**
 * Reads and parses every source file below `packages`, `examples`, `conformance` and `test`.
 * @param {string} root
 * @param {FloorPlan} plan
 * @returns {World}
 */
export function readWorld(root, plan) {
  /** @type {Map<string, Module>} */
  const modules = new Map();
  /** @type {Map<string, Manifest>} */
  const manifests = new Map();
  for (const top of ["packages", "examples", "conformance", "test"]) {
    for (const path of filesBelow(root, top)) {
      if (/\.(ts|mts|cts|mjs|js)$/.test(path)) modules.set(path, readModule(root, path));
      else if (/^(packages|examples)\/[^/]+\/package\.json$/.test(path)) {
        manifests.set(posix.dirname(path), JSON.parse(readFileSync(join(root, path), "utf8")));
      }
    }
  }
  return { plan, modules, manifests, resolve: (from, specifier) => resolve(modules, from, specifier) };
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function filesBelow(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ignoredFolders.has(entry.name) ? [] : filesBelow(root, path);
    return [path];
  });
}

/**
 * @param {string} root
 * @param {string} path
 * @returns {Module}
 */
function readModule(root, path) {
  const source = readFileSync(join(root, path), "utf8");
  const parsed = parseSync(path, source);
  const starts = lineStarts(source);
  const lineOf = (/** @type {number} */ offset) => starts.findLastIndex((start) => start <= offset) + 1;
  return {
    path,
    directory: posix.dirname(path),
    home: homeOf(path),
    isTest: isTest(path),
    source,
    imports: importsOf(parsed.module, source, lineOf),
    comments: parsed.comments,
    get program() {
      return parsed.program;
    },
    lineOf,
  };
}

/** @param {string} source */
function lineStarts(source) {
  const starts = [0];
  for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/**
 * @param {import("oxc-parser").EcmaScriptModule} record
 * @param {string} source
 * @param {(offset: number) => number} lineOf
 * @returns {ImportEdge[]}
 */
function importsOf(record, source, lineOf) {
  const imported = record.staticImports.map(({ start, moduleRequest, entries }) => ({
    specifier: moduleRequest.value,
    line: lineOf(start),
    typesOnly: entries.length > 0 && entries.every((entry) => entry.isType),
  }));
  const passedOn = record.staticExports.flatMap(({ start, entries }) => {
    const request = entries[0]?.moduleRequest;
    return request
      ? [{ specifier: request.value, line: lineOf(start), typesOnly: entries.every((e) => e.isType) }]
      : [];
  });
  const dynamic = record.dynamicImports.flatMap(({ start, moduleRequest }) => {
    const literal = /^["'](.*)["']$/s.exec(source.slice(moduleRequest.start, moduleRequest.end));
    return literal ? [{ specifier: literal[1] ?? "", line: lineOf(start), typesOnly: false }] : [];
  });
  return [...imported, ...passedOn, ...dynamic];
}

/**
 * @param {string} path
 * @returns {Home}
 */
function homeOf(path) {
  const [top = "", name = "", inside, ...rest] = path.split("/");
  if (top !== "packages" && top !== "examples") return { kind: "suite", name: top, folder: "" };
  const folder = inside === "src" && rest.length > 1 ? (rest[0] ?? "") : "";
  return { kind: top === "packages" ? "package" : "example", name, folder };
}

/** @param {string} path */
function isTest(path) {
  return /\.test(-d)?\.(ts|mts|mjs)$/.test(path) || /^(conformance|test|(packages|examples)\/[^/]+\/test)\//.test(path);
}

/**
 * @param {ReadonlyMap<string, Module>} modules
 * @param {Module} from
 * @param {string} specifier
 */
function resolve(modules, from, specifier) {
  const target = posix.join(from.directory, specifier);
  return modules.get(target.replace(/\.([mc]?)js$/, ".$1ts")) ?? modules.get(target);
}
