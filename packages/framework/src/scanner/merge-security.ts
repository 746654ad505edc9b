import { readDeclaredRoles, readRunAs, readSecurityRecords } from "../metadata/security-record.js";
import { combineConstraints } from "../model/access-rules.js";
import type { ApplicationModel, ServletModel } from "../model/application-model.js";
import { constraintOf } from "../model/security-definition.js";
import type { SecurityConstraint } from "../model/sip-descriptor.js";
import { checkConstraint, checkServletSecurity } from "./check-constraints.js";
import { checkLogin } from "./check-login.js";
import { annotatedClasses, type ServletSources } from "./merge-servlets.js";
import type { ProblemCollector } from "./problem-collector.js";

/** What a model says of security. */
export type MergedSecurity = Pick<ApplicationModel, "accessRules" | "loginConfig" | "securityRoles">;

/**
 * The constraints of an application: of the definition, or else of the descriptor, and of `@SipSecurity`; with them its
 * roles and its login. JSR 289 §17.
 */
export function mergeSecurity(
  sources: ServletSources,
  servlets: readonly ServletModel[],
  problems: ProblemCollector,
): MergedSecurity {
  const { definition, descriptor } = sources;
  const constraints = definition.securityConstraints?.map(constraintOf) ?? descriptor?.securityConstraints ?? [];
  const merged = { constraints, ownConstraints: ownConstraints(sources, servlets) };
  const securityRoles = declaredRoles(sources);
  const loginConfig = definition.loginConfig ?? descriptor?.loginConfig;
  for (const each of constraints) checkConstraint(each, { servlets, securityRoles }, problems);
  for (const each of servlets) checkServletSecurity(each, { servlets, securityRoles }, merged, problems);
  const accessRules = combineConstraints(merged);
  checkLogin(loginConfig, accessRules?.asksForCallers === true, problems);
  return { accessRules, loginConfig, securityRoles };
}

function ownConstraints(
  sources: ServletSources,
  servlets: readonly ServletModel[],
): ReadonlyMap<string, readonly SecurityConstraint[]> {
  const classes = new Set(annotatedClasses(sources));
  const own = servlets.filter(({ servletClass }) => classes.has(servletClass));
  const entries = own.map(
    ({ name, servletClass }) => [name, readSecurityRecords(servletClass).map(constraintOf)] as const,
  );
  return new Map(entries.filter(([, constraints]) => constraints.length > 0));
}

/** Roles that a decorator names are declared by that. */
function declaredRoles(sources: ServletSources): ReadonlySet<string> {
  const { definition, descriptor } = sources;
  const annotated = annotatedClasses(sources).flatMap((each) => [
    ...readDeclaredRoles(each),
    ...readSecurityRecords(each).flatMap(({ roles = [] }) => roles),
    ...[readRunAs(each)].filter((role) => role !== undefined),
  ]);
  return new Set([...(definition.securityRoles ?? []), ...(descriptor?.securityRoles ?? []), ...annotated]);
}
