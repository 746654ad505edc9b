import { Parameters } from "../grammar/parameters.js";
import type { ParameterInput } from "../grammar/parameter-list.js";
import { isToken } from "../grammar/token.js";

/** Parameters that are always written in quotes, RFC 7616 §3.3 to §3.5. */
const quoted: ReadonlySet<string> = new Set([
  "auts",
  "cnonce",
  "domain",
  "nextnonce",
  "nonce",
  "opaque",
  "realm",
  "response",
  "rspauth",
  "uri",
  "username",
]);

/** Parameters of an authentication scheme by name, unquoted; what is `undefined` is left out. */
export type AuthParametersInit = Readonly<Record<string, Exclude<ParameterInput, true>>>;

/** Writes parameters with the quotes that their names ask for; `alsoQuoted` names more of them. */
export function authParameters(init: AuthParametersInit, alsoQuoted: readonly string[]): Parameters {
  let list = Parameters.empty;
  for (const [name, value] of Object.entries(init)) {
    if (value === undefined) continue;
    const text = String(value);
    const key = name.toLowerCase();
    const inQuotes = quoted.has(key) || alsoQuoted.includes(key) || !isToken(text);
    list = inQuotes ? list.withQuoted(name, text) : list.withRaw(name, text);
  }
  return list;
}
