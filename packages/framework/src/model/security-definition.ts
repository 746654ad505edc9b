import type { AccessRequirements } from "../api/access-requirements.js";
import type { LoginConfig, SecurityConstraint } from "./sip-descriptor.js";

/** A constraint on servlets of an application. JSR 289 §17 `security-constraint`. */
export interface SecurityConstraintDefinition extends AccessRequirements {
  /** For people. */
  readonly name?: string;
  /** Names of servlets; all if absent or empty. */
  readonly servlets?: readonly string[];
  /** SIP methods; all if absent or empty. */
  readonly methods?: readonly string[];
}

/** What an application definition says of security. JSR 289 §17. */
export interface SecurityDefinition {
  /** Instead of those of the descriptor. */
  readonly securityConstraints?: readonly SecurityConstraintDefinition[];
  /** How callers are authenticated; instead of the descriptor's. */
  readonly loginConfig?: LoginConfig;
  /** The roles that constraints and servlets may name, beside those of the descriptor and of decorators. */
  readonly securityRoles?: readonly string[];
}

/** The constraint in the form of the descriptor. */
export function constraintOf(definition: SecurityConstraintDefinition): SecurityConstraint {
  const { name = "", servlets = [], methods = [], roles } = definition;
  return {
    displayName: definition.name,
    resources: [{ name, servletNames: servlets, methods }],
    proxyAuthentication: definition.proxyAuthentication ?? false,
    roles,
    transportGuarantee: definition.transportGuarantee ?? "NONE",
  };
}
