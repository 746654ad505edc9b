import { equalIgnoringCase } from "../../grammar/equal-ignoring-case.js";
import { parseAuthValues, type AuthValue } from "./auth-parameters.js";

/** What one value of an authentication field turned out to be. */
export type DigestParse<T> =
  | { readonly kind: "digest"; readonly value: T }
  /** Another scheme: to be passed over (RFC 3261 §22.1 forbids Basic). */
  | { readonly kind: "other"; readonly scheme: string }
  | { readonly kind: "malformed"; readonly reason: string; readonly realm?: string | undefined };

/** Reads one field value whose Digest parameters `read` turns into a value, or into the reason why it cannot. */
export function parseDigestValues<T>(
  text: string,
  read: (parameters: AuthValue["parameters"]) => T | string,
): readonly DigestParse<T>[] {
  return parseAuthValues(text).map((value) => parseOne(value, read));
}

function parseOne<T>(value: AuthValue, read: (parameters: AuthValue["parameters"]) => T | string): DigestParse<T> {
  if (value.scheme === "") return { kind: "malformed", reason: value.problem ?? "no scheme" };
  if (!equalIgnoringCase(value.scheme, "Digest")) return { kind: "other", scheme: value.scheme };
  const result = value.problem ?? read(value.parameters);
  if (typeof result !== "string") return { kind: "digest", value: result };
  return { kind: "malformed", reason: result, realm: value.parameters.get("realm") };
}
