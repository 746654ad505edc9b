import { quote } from "../../grammar/quoted-string.js";
import { bareValue, parseAuthParameters } from "./auth-parameters.js";

/** What a server tells after it accepted credentials (RFC 7616 §3.5, RFC 3261 §20.6). */
export interface AuthenticationInfo {
  /** The nonce for the next request. */
  readonly nextnonce?: string | undefined;
  readonly qop?: string | undefined;
  /** Proof that the server knows the secret as well. */
  readonly rspauth?: string | undefined;
  readonly cnonce?: string | undefined;
  readonly nc?: string | undefined;
}

/** Reads `Authentication-Info`; `undefined` when it is malformed. */
export function parseAuthenticationInfo(text: string): AuthenticationInfo | undefined {
  const { parameters, problem } = parseAuthParameters(text);
  if (problem !== undefined) return undefined;
  return {
    nextnonce: parameters.get("nextnonce"),
    qop: parameters.get("qop"),
    rspauth: parameters.get("rspauth"),
    cnonce: parameters.get("cnonce"),
    nc: parameters.get("nc"),
  };
}

/** Writes `Authentication-Info`. */
export function serializeAuthenticationInfo(info: AuthenticationInfo): string {
  const parts: string[] = [];
  if (info.nextnonce !== undefined) parts.push(`nextnonce=${quote(info.nextnonce)}`);
  if (info.qop !== undefined) parts.push(`qop=${bareValue(info.qop)}`);
  if (info.rspauth !== undefined) parts.push(`rspauth=${quote(info.rspauth)}`);
  if (info.cnonce !== undefined) parts.push(`cnonce=${quote(info.cnonce)}`);
  if (info.nc !== undefined) parts.push(`nc=${bareValue(info.nc)}`);
  return parts.join(", ");
}
