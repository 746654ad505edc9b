import { equalIgnoringCase } from "../grammar/equal-ignoring-case.js";
import { canonicalHost, formatHostPort, withoutBrackets } from "../grammar/host.js";
import { normalizeEscapes } from "../grammar/percent-encoding.js";
import { equalUriHeaders } from "./compare-uri-headers.js";
import type { SipUriFields } from "./sip-uri-fields.js";
import type { UriParameters } from "./uri-parameters.js";

/** Parameters that make a difference even if only one URI has them, default value or not. In the order of the key. */
const decisiveParameters = ["maddr", "method", "transport", "ttl", "user"] as const;

/** Equality of SIP and SIPS URIs, RFC 3261 §19.1.4. It is not transitive. */
export function equalSipUris(left: SipUriFields, right: SipUriFields): boolean {
  return (
    left.scheme === right.scheme &&
    left.port === right.port &&
    equalUserParts(left.user, right.user) &&
    equalUserParts(left.password, right.password) &&
    equalHosts(left.host, right.host) &&
    equalParameters(left.parameters, right.parameters) &&
    equalUriHeaders(left.headers, right.headers)
  );
}

/** A text that is the same for all URIs that are equal; see `UriValue.key`. */
export function sipUriKey(uri: SipUriFields): string {
  let key = `${uri.scheme}:`;
  if (uri.user !== undefined) {
    key += normalizeEscapes(uri.user);
    if (uri.password !== undefined) key += `:${normalizeEscapes(uri.password)}`;
    key += "@";
  }
  key += formatHostPort(canonicalHost(uri.host), uri.port);
  if (uri.parameters.size > 0) key += decisiveKey(uri.parameters);
  return uri.headers.size === 0 ? key : `${key}?${headerNamesKey(uri)}`;
}

function decisiveKey(parameters: UriParameters): string {
  let key = "";
  for (const name of decisiveParameters) {
    if (parameters.has(name)) key += `;${name}=${comparableValue(name, parameters.getRaw(name))}`;
  }
  return key;
}

function headerNamesKey(uri: SipUriFields): string {
  return Array.from(uri.headers, ({ name }) => name.toLowerCase())
    .toSorted()
    .join("&");
}

function equalUserParts(left: string | undefined, right: string | undefined): boolean {
  if (left === right) return true;
  return left !== undefined && right !== undefined && normalizeEscapes(left) === normalizeEscapes(right);
}

function equalHosts(left: string, right: string): boolean {
  return equalIgnoringCase(left, right) || (left.includes(":") && canonicalHost(left) === canonicalHost(right));
}

function equalParameters(left: UriParameters, right: UriParameters): boolean {
  if (left.size === 0 && right.size === 0) return true;
  if (decisiveParameters.some((name) => left.has(name) !== right.has(name))) return false;
  return left.names().every((name) => {
    if (!right.has(name)) return true;
    return comparableValue(name, left.getRaw(name)) === comparableValue(name, right.getRaw(name));
  });
}

/** The value in the spelling that all equal values share; a parameter without value differs from every value. */
function comparableValue(name: string, raw: string | undefined): string {
  if (raw === undefined) return "";
  return equalIgnoringCase(name, "maddr") ? canonicalHost(withoutBrackets(raw)) : normalizeEscapes(raw).toLowerCase();
}
