import type { ServletClass } from "../api/servlet-class.js";
import { hasStandardDecorators, readListenerRecord, readServletRecord } from "../metadata/class-records.js";
import { readHandlers } from "../metadata/handler-record.js";
import { readControllerRecord } from "../metadata/http-record.js";
import type { ApplicationDefinition } from "../model/application-definition.js";
import type { CollectedClasses } from "./collect-classes.js";
import { applicationNameOf } from "./merge-settings.js";
import type { DeclaredServlet } from "./merge-servlets.js";
import type { ProblemCollector } from "./problem-collector.js";

/**
 * The classes that belong to the application, in the order of their declaration. A scanned class that names another
 * application is left to that one; a given class that does is a mistake.
 */
export function ownClasses({ given, scanned }: CollectedClasses, problems: ProblemCollector): readonly ServletClass[] {
  const isForeign = (each: ServletClass) => (applicationNameOf(each) ?? problems.application) !== problems.application;
  for (const each of given.filter(isForeign)) {
    const reason = `the class says it belongs to the application "${applicationNameOf(each)}"`;
    const mend = "Remove applicationName, or give the class to that application";
    problems.add("class.foreign", { class: each.name }, { reason, mend });
  }
  const own = [...given, ...scanned.filter((each) => !isForeign(each))];
  for (const each of own.filter(hasStandardDecorators)) {
    const mend = 'Set "experimentalDecorators": true in tsconfig.json';
    const reason = "its decorators were compiled as standard decorators, which cannot write what a container needs";
    problems.add("class.invalid", { class: each.name }, { reason, mend });
  }
  return own;
}

/** Tells of classes that were given as something they are not, and of handlers nobody will ever call. */
export function checkRoles(
  definition: ApplicationDefinition,
  classes: readonly ServletClass[],
  servlets: readonly DeclaredServlet[],
  problems: ProblemCollector,
): void {
  const servletClasses = new Set(servlets.map(({ servletClass }) => servletClass));
  for (const each of definition.servlets ?? []) {
    if (typeof each !== "function" || servletClasses.has(each) || readServletRecord(each) !== undefined) continue;
    const mend = "Add @SipServlet() to it, or give { name, servletClass }";
    problems.add("class.undecorated", { class: each.name }, { reason: "it is listed as servlet and is none", mend });
  }
  for (const each of definition.listeners ?? []) {
    if (typeof each !== "function" || readListenerRecord(each) !== undefined) continue;
    const mend = "Add @SipListener() to it, or give { listenerClass }";
    problems.add("class.undecorated", { class: each.name }, { reason: "it is listed as listener and is none", mend });
  }
  for (const each of definition.controllers ?? []) {
    if (typeof each !== "function" || readControllerRecord(each) !== undefined) continue;
    const mend = 'Add @HttpController("/path") to it';
    problems.add("class.undecorated", { class: each.name }, { reason: "it is listed as controller and is none", mend });
  }
  const listed = new Set<unknown>(definition.servlets);
  const isForgotten = (each: ServletClass) =>
    !servletClasses.has(each) &&
    !listed.has(each) &&
    !readServletRecord(each) &&
    readHandlers(each).length > 0 &&
    !isBase(each, classes);
  for (const each of classes.filter(isForgotten)) {
    const reason = "it has handler methods and is no servlet";
    problems.add("class.handlers", { class: each.name }, { reason, mend: "Add @SipServlet() to it" });
  }
}

function isBase(candidate: ServletClass, classes: readonly ServletClass[]): boolean {
  return classes.some((each) => each.prototype instanceof candidate);
}
