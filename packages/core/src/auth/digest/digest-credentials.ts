import { isHexDigit } from "../../grammar/character-tables.js";
import { equalIgnoringCase } from "../../grammar/equal-ignoring-case.js";
import { quote } from "../../grammar/quoted-string.js";
import { bareValue, type AuthParameters } from "./auth-parameters.js";
import { parseDigestValues, type DigestParse } from "./digest-parse.js";
import { decodeExtValue, encodeExtValue } from "./ext-value.js";

/** Digest credentials: one value of `Authorization` or `Proxy-Authorization` (RFC 7616 §3.4). */
export interface DigestCredentials {
  /** The user's name, or its hash if `userhash` says so; `username*` decoded. */
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  /** As written; absent means MD5. */
  readonly algorithm?: string | undefined;
  readonly opaque?: string | undefined;
  readonly qop?: string | undefined;
  /** Eight hexadecimal digits. */
  readonly nc?: string | undefined;
  readonly cnonce?: string | undefined;
  readonly userhash: boolean;
}

/** Reads a credentials field. Never throws; other schemes and broken values are told apart. */
export function parseDigestCredentials(text: string): readonly DigestParse<DigestCredentials>[] {
  return parseDigestValues(text, readCredentials);
}

const mandatory = ["realm", "nonce", "uri", "response"] as const;

function readCredentials(parameters: AuthParameters): DigestCredentials | string {
  const username = readUsername(parameters);
  const missing = mandatory.find((name) => !parameters.has(name));
  if (missing !== undefined) return `${missing} is missing`;
  if (username === undefined) return "username is missing, doubled or not UTF-8";
  const problem = problemOfCount(parameters);
  if (problem !== undefined) return problem;
  return {
    username,
    realm: parameters.get("realm") ?? "",
    nonce: parameters.get("nonce") ?? "",
    uri: parameters.get("uri") ?? "",
    response: parameters.get("response") ?? "",
    algorithm: parameters.get("algorithm"),
    opaque: parameters.get("opaque"),
    qop: parameters.get("qop"),
    nc: parameters.get("nc"),
    cnonce: parameters.get("cnonce"),
    userhash: isHashed(parameters),
  };
}

function isHashed(parameters: AuthParameters): boolean {
  return equalIgnoringCase(parameters.get("userhash") ?? "", "true");
}

/** One of `username` and `username*`, and the latter only for a name in the clear (RFC 7616 §3.4). */
function readUsername(parameters: AuthParameters): string | undefined {
  const extended = parameters.get("username*");
  if (extended === undefined) return parameters.get("username");
  return parameters.has("username") || isHashed(parameters) ? undefined : decodeExtValue(extended);
}

/** `nc` and `cnonce` come with `qop`; `nc` is eight hexadecimal digits (RFC 7616 §3.4). */
function problemOfCount(parameters: AuthParameters): string | undefined {
  if (!parameters.has("qop")) return undefined;
  const nc = parameters.get("nc");
  if (nc === undefined || !parameters.has("cnonce")) return "qop without nc and cnonce";
  return isNonceCount(nc) ? undefined : "nc is not eight hexadecimal digits";
}

function isNonceCount(text: string): boolean {
  if (text.length !== 8) return false;
  for (let index = 0; index < 8; index++) if (!isHexDigit(text.charCodeAt(index))) return false;
  return true;
}

/** Writes credentials as field value; a name beyond ASCII goes into `username*` unless it is hashed (RFC 7616 §3.4). */
export function serializeDigestCredentials(credentials: DigestCredentials): string {
  const { username, realm, nonce, uri, opaque, algorithm, qop, nc, cnonce, response, userhash } = credentials;
  const isPlain = userhash || isAscii(username);
  let text = isPlain ? `Digest username=${quote(username)}` : `Digest username*=${encodeExtValue(username)}`;
  text += `, realm=${quote(realm)}, nonce=${quote(nonce)}, uri=${quote(uri)}`;
  if (opaque !== undefined) text += `, opaque=${quote(opaque)}`;
  if (algorithm !== undefined) text += `, algorithm=${bareValue(algorithm)}`;
  if (qop !== undefined) text += `, qop=${bareValue(qop)}`;
  if (nc !== undefined) text += `, nc=${bareValue(nc)}`;
  if (cnonce !== undefined) text += `, cnonce=${quote(cnonce)}`;
  text += `, response=${quote(response)}`;
  return userhash ? `${text}, userhash=true` : text;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7e) return false;
  return true;
}
