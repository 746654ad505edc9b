import type { ServletClass } from "../api/servlet-class.js";
import { readServletRecord } from "../metadata/class-records.js";
import { readRunAs } from "../metadata/security-record.js";
import type { ApplicationDefinition, ServletDefinition } from "../model/application-definition.js";
import type { SipDescriptor } from "../model/sip-descriptor.js";
import { findClass } from "./find-class.js";
import type { ProblemCollector } from "./problem-collector.js";

/** A servlet as it is declared, all sources merged. */
export type DeclaredServlet = ServletDefinition;

/** What servlets are merged from. */
export interface ServletSources {
  readonly definition: ApplicationDefinition;
  readonly descriptor: SipDescriptor | undefined;
  /** All classes of the application, in the order of their declaration. */
  readonly classes: readonly ServletClass[];
}

/**
 * The servlets of an application: descriptor, definition and `@SipServlet`. Declared in several of them under one name,
 * they merge; the definition beats the descriptor, and that beats the decorator. JSR 289 §18, §19.
 */
export function mergeServlets(sources: ServletSources, problems: ProblemCollector): readonly DeclaredServlet[] {
  const declared = new Map<string, DeclaredServlet>();
  for (const servlet of fromDescriptor(sources, problems)) addOnce(declared, servlet, problems);
  const definitions = (sources.definition.servlets ?? []).filter(isDefinition);
  checkNames(definitions, problems);
  for (const servlet of definitions) declared.set(servlet.name, override(declared.get(servlet.name), servlet));
  for (const servlet of annotated(annotatedClasses(sources), [...declared.values()])) {
    const known = declared.get(servlet.name);
    if (known === undefined || isAnnotatedOnly(known, sources)) addOnce(declared, servlet, problems);
    else declared.set(servlet.name, override(servlet, known));
  }
  for (const servlet of declared.values()) checkServlet(servlet, problems);
  return [...declared.values()];
}

function fromDescriptor(
  { descriptor, classes }: ServletSources,
  problems: ProblemCollector,
): readonly DeclaredServlet[] {
  return (descriptor?.servlets ?? []).flatMap(({ className, ...servlet }) => {
    const servletClass = findClass(className, classes, problems);
    return servletClass === undefined ? [] : [{ ...servlet, servletClass }];
  });
}

/** The servlets the decorators declare. A class declared elsewhere already, which has no name of its own, is that one. */
function annotated(classes: readonly ServletClass[], declared: readonly DeclaredServlet[]): readonly DeclaredServlet[] {
  return classes.flatMap((servletClass): readonly DeclaredServlet[] => {
    const record = readServletRecord(servletClass);
    if (record === undefined) return [];
    const { description, loadOnStartup } = record;
    const names = record.name ? [record.name] : namesOf(servletClass, declared);
    return names.map((name) => ({ name, servletClass, description, loadOnStartup, runAs: readRunAs(servletClass) }));
  });
}

function namesOf(servletClass: ServletClass, declared: readonly DeclaredServlet[]): readonly string[] {
  const names = declared.filter((servlet) => servlet.servletClass === servletClass).map(({ name }) => name);
  return names.length === 0 ? [servletClass.name] : names;
}

/** The classes whose decorators count: of a descriptor that is complete, only those the definition lists. */
export function annotatedClasses({ definition, descriptor, classes }: ServletSources): readonly ServletClass[] {
  if (descriptor?.metadataComplete !== true) return classes;
  return classes.filter((each) => definition.servlets?.includes(each) === true);
}

function isAnnotatedOnly({ name }: DeclaredServlet, { definition, descriptor }: ServletSources): boolean {
  const isDefined = (definition.servlets ?? []).some((each) => isDefinition(each) && each.name === name);
  return !isDefined && !(descriptor?.servlets ?? []).some((each) => each.name === name);
}

/** The stronger declaration, filled up from the weaker one. */
function override(weaker: DeclaredServlet | undefined, stronger: DeclaredServlet): DeclaredServlet {
  if (weaker === undefined) return stronger;
  const given = Object.entries(stronger).filter(([, value]) => value !== undefined);
  return { ...weaker, ...(Object.fromEntries(given) as Partial<DeclaredServlet>) };
}

function addOnce(declared: Map<string, DeclaredServlet>, servlet: DeclaredServlet, problems: ProblemCollector): void {
  const known = declared.get(servlet.name);
  if (known !== undefined) tellDuplicate(known, servlet, problems);
  else declared.set(servlet.name, servlet);
}

function checkNames(definitions: readonly ServletDefinition[], problems: ProblemCollector): void {
  for (const [index, servlet] of definitions.entries()) {
    const known = definitions.slice(0, index).find(({ name }) => name === servlet.name);
    if (known !== undefined) tellDuplicate(known, servlet, problems);
  }
}

function tellDuplicate(known: DeclaredServlet, servlet: DeclaredServlet, problems: ProblemCollector): void {
  const reason = `the servlet name "${servlet.name}" is taken by ${known.servletClass.name}`;
  const mend = 'Give one of them another name: @SipServlet({ name: "…" })';
  problems.add("servlet.duplicate", { class: servlet.servletClass.name }, { reason, mend });
}

function checkServlet({ name, servletClass, loadOnStartup }: DeclaredServlet, problems: ProblemCollector): void {
  const place = { class: servletClass.name };
  if (typeof name !== "string" || name === "") {
    const mend = 'Give it a name: @SipServlet({ name: "…" })';
    problems.add("servlet.name", place, { reason: "the servlet has no name, and neither has its class", mend });
  }
  if (loadOnStartup !== undefined && !Number.isInteger(loadOnStartup)) {
    const reason = `loadOnStartup is ${loadOnStartup}`;
    problems.add("application.setting", place, { reason, mend: "Give a whole number, negative for a later start" });
  }
}

/** Tells a definition from a plain class. */
export function isDefinition(entry: ServletClass | ServletDefinition): entry is ServletDefinition {
  return typeof entry === "object" && entry !== null && typeof entry.servletClass === "function";
}
