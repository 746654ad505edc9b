/** A part of a URI: itself, or one of its components. */
type UriPart = "" | ".scheme" | ".user" | ".host" | ".port" | ".tel" | `.param.${string}`;

/** What a mapping rule can look at in a request. JSR 289 §16. */
export type RequestVariable =
  | "request.method"
  | `request.uri${UriPart}`
  | `request.${"from" | "to" | "route"}`
  | `request.${"from" | "to" | "route"}.uri${UriPart}`
  | `request.${"from" | "to"}.display-name`;

/** How text is compared. */
export interface ComparisonOptions {
  /** Initially false. */
  readonly ignoreCase?: boolean;
}

/** A condition of a mapping rule, as plain data. Names of variables are checked at deployment. JSR 289 §16. */
export type Condition =
  | {
      readonly kind: "equal" | "contains";
      readonly variable: string;
      readonly value: string;
      readonly ignoreCase: boolean;
    }
  | { readonly kind: "subdomainOf"; readonly variable: string; readonly value: string }
  | { readonly kind: "exists"; readonly variable: string }
  | { readonly kind: "and" | "or"; readonly conditions: readonly Condition[] }
  | { readonly kind: "not"; readonly condition: Condition };

/** The variable has this value; false when it is missing. */
export function equal(variable: RequestVariable, value: string, options: ComparisonOptions = {}): Condition {
  return { kind: "equal", variable, value, ignoreCase: options.ignoreCase ?? false };
}

/** The variable contains this text; false when it is missing. */
export function contains(variable: RequestVariable, value: string, options: ComparisonOptions = {}): Condition {
  return { kind: "contains", variable, value, ignoreCase: options.ignoreCase ?? false };
}

/** The request has this variable. */
export function exists(variable: RequestVariable): Condition {
  return { kind: "exists", variable };
}

/** A host name is this domain or below it; a telephone number begins with this one. */
export function subdomainOf(variable: RequestVariable, value: string): Condition {
  return { kind: "subdomainOf", variable, value };
}

/** All of them hold. */
export function and(...conditions: readonly Condition[]): Condition {
  return { kind: "and", conditions };
}

/** One of them holds. */
export function or(...conditions: readonly Condition[]): Condition {
  return { kind: "or", conditions };
}

/** It does not hold. */
export function not(condition: Condition): Condition {
  return { kind: "not", condition };
}
