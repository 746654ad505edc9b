import { methods as knownMethods } from "@siplet/core";
import type { ConstraintSources } from "../model/access-rules.js";
import type { ServletModel } from "../model/application-model.js";
import type { SecurityConstraint } from "../model/sip-descriptor.js";
import type { ProblemCollector, ProblemPlace } from "./problem-collector.js";

/** The names that constraints may use. */
export interface KnownNames {
  readonly servlets: readonly ServletModel[];
  readonly securityRoles: ReadonlySet<string>;
}

/** Tells of servlets, methods and roles in a constraint that do not exist. */
export function checkConstraint(
  { displayName, resources, roles = [] }: SecurityConstraint,
  known: KnownNames,
  problems: ProblemCollector,
): void {
  const name = displayName ?? resources.find((each) => each.name !== "")?.name;
  const subject = name === undefined ? "a security constraint" : `the security constraint "${name}"`;
  for (const { servletNames, methods } of resources) {
    for (const servletName of servletNames) checkServletName(servletName, subject, known, problems);
    checkMethods(methods, { subject, place: {} }, known, problems);
  }
  checkRoleNames(roles, { subject, place: {} }, known, problems);
}

function checkServletName(name: string, subject: string, known: KnownNames, problems: ProblemCollector): void {
  if (known.servlets.some((servlet) => servlet.name === name)) return;
  const names = known.servlets.map((servlet) => `"${servlet.name}"`).join(", ") || "none";
  const reason = `${subject} is for the servlet "${name}", which does not exist`;
  problems.add("security.servlet", {}, { reason, mend: `Name one of the servlets: ${names}` });
}

/** Who names something, for the text of a problem. */
interface Naming {
  readonly subject: string;
  readonly place: ProblemPlace;
}

/** A method is known when SIP or a handler knows it. */
function checkMethods(
  methods: readonly string[],
  { subject, place }: Naming,
  known: KnownNames,
  problems: ProblemCollector,
): void {
  const handled = new Set(known.servlets.flatMap(({ handlers }) => handlers.handlers.flatMap((each) => each.methods)));
  for (const method of methods) {
    if (knownMethods.has(method) || handled.has(method)) continue;
    const capitals = method.toUpperCase();
    const mend = knownMethods.has(capitals) ? `Write ${capitals}` : "Name a SIP method, or one that a handler takes";
    problems.add("security.method", place, {
      reason: `${subject} is for the method "${method}", which nobody knows`,
      mend,
    });
  }
}

/** Tells of methods and roles that a servlet names itself and that do not exist. */
export function checkServletSecurity(
  servlet: ServletModel,
  known: KnownNames,
  { ownConstraints: own }: ConstraintSources,
  problems: ProblemCollector,
): void {
  const place = { class: servlet.servletClass.name };
  for (const { resources } of own.get(servlet.name) ?? []) {
    for (const { methods } of resources) checkMethods(methods, { subject: "@SipSecurity", place }, known, problems);
  }
  const subject = `the servlet "${servlet.name}"`;
  checkRoleNames(Object.values(servlet.securityRoleRefs), { subject, place }, known, problems);
  checkRoleNames(servlet.runAs === undefined ? [] : [servlet.runAs], { subject, place }, known, problems);
}

function checkRoleNames(
  roles: readonly string[],
  { subject, place }: Naming,
  { securityRoles }: KnownNames,
  problems: ProblemCollector,
): void {
  for (const role of roles) {
    if (role === "*" || securityRoles.has(role)) continue;
    const declared = [...securityRoles].map((each) => `"${each}"`).join(", ") || "none";
    const mend = `Declare it in securityRoles, with @DeclareRoles or <security-role>; declared: ${declared}`;
    problems.add("security.role", place, {
      reason: `${subject} names the role "${role}", which is not declared`,
      mend,
    });
  }
}
