import type { TransportGuarantee } from "../api/access-requirements.js";
import type { SecurityConstraint } from "./sip-descriptor.js";

/** What a caller must be and have to reach a servlet with a method. */
export interface AccessRule {
  /** Undefined: nobody needs to be authenticated; empty: nobody may; `*`: anybody who is authenticated. */
  readonly roles: readonly string[] | undefined;
  /** 407 instead of 401. */
  readonly proxyAuthentication: boolean;
  /** `NONE`, or the strongest that was asked for. */
  readonly transportGuarantee: TransportGuarantee;
}

/** Who may reach which servlet of an application. JSR 289 §17. */
export interface AccessRules {
  /** Whether there are callers to be authenticated at all. */
  readonly asksForCallers: boolean;
  /** The rule of a servlet for a method; undefined: everybody may. */
  ruleFor(servletName: string, method: string): AccessRule | undefined;
}

/** What rules are made of. */
export interface ConstraintSources {
  /** Those of the definition or the descriptor. */
  readonly constraints: readonly SecurityConstraint[];
  /** Those the class of a servlet says itself, by servlet name. */
  readonly ownConstraints: ReadonlyMap<string, readonly SecurityConstraint[]>;
}

/**
 * Combines the constraints of an application. JSR 289 §17.
 *
 * Constraints on the same servlet and method yield the union of their roles; one that lets nobody through beats all, and
 * the strongest transport guarantee counts. Deviates: a constraint without roles opens nothing that another one closes.
 * What a class says itself holds unless a constraint names its servlet.
 */
export function combineConstraints(sources: ConstraintSources): AccessRules | undefined {
  if (sources.constraints.length === 0 && sources.ownConstraints.size === 0) return undefined;
  const all = [...sources.constraints, ...[...sources.ownConstraints.values()].flat()];
  const rules = new Map<string, AccessRule | undefined>();
  return Object.freeze({
    asksForCallers: all.some(({ roles }) => roles !== undefined && roles.length > 0),
    ruleFor: (servletName: string, method: string) => {
      const key = `${method} ${servletName}`;
      if (rules.has(key)) return rules.get(key);
      const rule = ruleFor(sources, servletName, method);
      // Methods are the callers' words: they may not fill the memory.
      if (rules.size < mostRules) rules.set(key, rule);
      return rule;
    },
  });
}

const mostRules = 500;

function ruleFor(sources: ConstraintSources, servletName: string, method: string): AccessRule | undefined {
  const applies = (each: SecurityConstraint) => covers(each, servletName, method);
  const general = sources.constraints.filter(applies);
  const isNamed = general.some((each) => each.resources.some(({ servletNames }) => servletNames.includes(servletName)));
  const own = isNamed ? [] : (sources.ownConstraints.get(servletName) ?? []).filter(applies);
  const all = [...general, ...own];
  if (all.length === 0) return undefined;
  const authorizing = own.some(({ roles }) => roles !== undefined) ? own : general;
  return Object.freeze({
    roles: combineRoles(authorizing),
    proxyAuthentication: authorizing.some(({ proxyAuthentication }) => proxyAuthentication),
    transportGuarantee: strongest(all),
  });
}

function covers({ resources }: SecurityConstraint, servletName: string, method: string): boolean {
  return resources.some(
    ({ servletNames, methods }) =>
      (servletNames.length === 0 || servletNames.includes(servletName)) &&
      (methods.length === 0 || methods.includes(method)),
  );
}

function combineRoles(constraints: readonly SecurityConstraint[]): readonly string[] | undefined {
  const lists = constraints.flatMap(({ roles }) => (roles === undefined ? [] : [roles]));
  if (lists.length === 0) return undefined;
  return lists.some((roles) => roles.length === 0) ? [] : [...new Set(lists.flat())];
}

function strongest(constraints: readonly SecurityConstraint[]): TransportGuarantee {
  const order = ["CONFIDENTIAL", "INTEGRAL"] as const;
  return order.find((word) => constraints.some((each) => each.transportGuarantee === word)) ?? "NONE";
}
