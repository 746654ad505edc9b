import { isEngineError } from "../../errors/engine-error.js";
import { quote } from "../../grammar/quoted-string.js";
import { authenticationInfoCodec } from "../../headers/authentication-info.js";
import { readOne } from "../../headers/read-header.js";
import { bareValue } from "./bare-value.js";

/** What a server tells in `Authentication-Info` after it accepted credentials (RFC 7616 §3.5, RFC 3261 §20.6). */
export interface DigestInfo {
  /** The nonce for the next request. */
  readonly nextnonce?: string | undefined;
  readonly qop?: string | undefined;
  /** Proof that the server knows the secret as well. */
  readonly rspauth?: string | undefined;
  readonly cnonce?: string | undefined;
  readonly nc?: string | undefined;
}

/** Reads `Authentication-Info`; `undefined` when it is malformed. */
export function parseDigestInfo(text: string): DigestInfo | undefined {
  try {
    const { parameters } = readOne(authenticationInfoCodec, text, "Authentication-Info");
    return {
      nextnonce: parameters.get("nextnonce"),
      qop: parameters.get("qop"),
      rspauth: parameters.get("rspauth"),
      cnonce: parameters.get("cnonce"),
      nc: parameters.get("nc"),
    };
  } catch (cause) {
    if (isEngineError(cause)) return undefined;
    throw cause;
  }
}

/** Writes `Authentication-Info`. */
export function serializeDigestInfo(info: DigestInfo): string {
  const parts: string[] = [];
  if (info.nextnonce !== undefined) parts.push(`nextnonce=${quote(info.nextnonce)}`);
  if (info.qop !== undefined) parts.push(`qop=${bareValue(info.qop)}`);
  if (info.rspauth !== undefined) parts.push(`rspauth=${quote(info.rspauth)}`);
  if (info.cnonce !== undefined) parts.push(`cnonce=${quote(info.cnonce)}`);
  if (info.nc !== undefined) parts.push(`nc=${bareValue(info.nc)}`);
  return parts.join(", ");
}
