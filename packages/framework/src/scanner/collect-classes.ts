import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { glob } from "tinyglobby";
import type { ServletClass } from "../api/servlet-class.js";
import { hasSipRecords } from "../metadata/class-records.js";
import { readHandlers } from "../metadata/handler-record.js";
import { readControllerRecord } from "../metadata/http-record.js";
import { readKeyRecords } from "../metadata/key-record.js";
import type { ApplicationDefinition } from "../model/application-definition.js";
import { SipServletBase } from "../model/sip-servlet-base.js";
import type { ProblemCollector } from "./problem-collector.js";

/** The classes of an application, by the way they came. Each once. */
export interface CollectedClasses {
  /** Those of the definition, in its order. */
  readonly given: readonly ServletClass[];
  /** Those the scanned modules export and that are not given, by file and export. */
  readonly scanned: readonly ServletClass[];
}

/** Gathers the classes of a definition: those it names, and those of the modules it lets scan. */
export async function collectClasses(
  definition: ApplicationDefinition,
  problems: ProblemCollector,
): Promise<CollectedClasses> {
  const given = new Set(givenClasses(definition, problems));
  const scanned = await scanModules(definition, problems);
  return { given: [...given], scanned: [...new Set(scanned)].filter((each) => !given.has(each)) };
}

/** Whether decorators of ours stand in a class, at it or at its methods. */
export function isDecorated(candidate: ServletClass): boolean {
  if (hasSipRecords(candidate) || readControllerRecord(candidate) !== undefined) return true;
  return readHandlers(candidate).length > 0 || readKeyRecords(candidate).length > 0;
}

function givenClasses(definition: ApplicationDefinition, problems: ProblemCollector): readonly ServletClass[] {
  const { servlets = [], listeners = [], controllers = [], classes = [] } = definition;
  const named: readonly (readonly [place: string, value: unknown])[] = [
    ...servlets.map((each, index) => [`servlets[${index}]`, classOf(each, "servletClass")] as const),
    ...listeners.map((each, index) => [`listeners[${index}]`, classOf(each, "listenerClass")] as const),
    ...controllers.map((each, index) => [`controllers[${index}]`, each] as const),
    ...classes.map((each, index) => [`classes[${index}]`, each] as const),
  ];
  return named.filter(([place, value]) => checkClass(place, value, problems)).map(([, value]) => value as ServletClass);
}

/** A definition may stand for its class; rude input may be anything. */
function classOf(entry: unknown, property: "servletClass" | "listenerClass"): unknown {
  if (typeof entry !== "object" || entry === null || !(property in entry)) return entry;
  return (entry as Readonly<Record<string, unknown>>)[property];
}

function checkClass(place: string, value: unknown, problems: ProblemCollector): boolean {
  if (isClass(value) && value !== SipServletBase) return true;
  if (value === SipServletBase) {
    const mend = "Give a class that extends it";
    problems.add("class.invalid", { class: "SipServletBase" }, { reason: `${place} is an abstract class`, mend });
  } else if (value === undefined) {
    const mend = "Look for a circular import: the class did not exist yet when the list was made";
    problems.add("class.invalid", {}, { reason: `${place} is undefined`, mend });
  } else {
    const reason = `${place} is ${value === null ? "null" : `a ${typeof value}`}, not a class`;
    problems.add("class.invalid", {}, { reason, mend: "Give the class itself, not an instance or a name" });
  }
  return false;
}

function isClass(value: unknown): value is ServletClass {
  return typeof value === "function" && typeof value.prototype === "object" && value.prototype !== null;
}

async function scanModules(
  definition: ApplicationDefinition,
  problems: ProblemCollector,
): Promise<readonly ServletClass[]> {
  if (definition.scan === undefined) return [];
  const patterns = typeof definition.scan === "string" ? [definition.scan] : definition.scan;
  const files = await findModules(patterns, rootOf(definition.scanRoot));
  const classes: ServletClass[] = [];
  for (const file of files) classes.push(...(await loadClasses(file, problems)));
  if (!classes.some(isDecorated) && problems.problems.every(({ code }) => code !== "scan.module")) {
    const found = files.length === 0 ? "no module" : `${files.length} modules without a decorated class`;
    const reason = `the scan of ${patterns.join(", ")} in ${rootOf(definition.scanRoot)} found ${found}`;
    problems.add("scan.empty", {}, { reason, mend: "Scan the compiled files, and export the classes" });
  }
  return classes;
}

async function findModules(patterns: readonly string[], cwd: string): Promise<readonly string[]> {
  const ignore = patterns.some((pattern) => pattern.includes("node_modules")) ? [] : ["**/node_modules/**"];
  const files = await glob([...patterns], { cwd, ignore, absolute: true, onlyFiles: true });
  return files.filter((file) => /\.[cm]?[jt]s$/.test(file) && !/\.d\.[cm]?ts$/.test(file)).toSorted();
}

function rootOf(scanRoot: string | URL | undefined): string {
  if (scanRoot === undefined) return process.cwd();
  return scanRoot instanceof URL || scanRoot.startsWith("file:") ? fileURLToPath(scanRoot) : resolve(scanRoot);
}

async function loadClasses(file: string, problems: ProblemCollector): Promise<readonly ServletClass[]> {
  try {
    const exported = Object.values((await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>);
    // A CommonJS module has its exports once more in the object that is its default.
    const nested = exported.flatMap((value) => (isPlainObject(value) ? Object.values(value) : []));
    return [...exported, ...nested].filter(isClass);
  } catch (error) {
    const reason = `${file} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`;
    problems.add("scan.module", {}, { reason, mend: "Mend the module, or narrow the scan" });
    return [];
  }
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
