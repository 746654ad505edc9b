import { isHexDigit } from "../../grammar/character-tables.js";
import { quote } from "../../grammar/quoted-string.js";
import { credentialsCodec, type Credentials } from "../../headers/credentials.js";
import { bareValue } from "./bare-value.js";
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
  return parseDigestValues(text, reading);
}

/** The Digest parameters of credentials; the reason why they are none otherwise. */
function toDigestCredentials(credentials: Credentials): DigestCredentials | string {
  const { realm, nonce, uri, response, algorithm, opaque, cnonce, userhash, parameters } = credentials;
  if (realm === undefined || nonce === undefined || uri === undefined || response === undefined) {
    return "realm, nonce, uri or response is missing";
  }
  const username = readUsername(credentials);
  if (username === undefined) return "username is missing, doubled or not UTF-8";
  const [qop, nc] = [parameters.get("qop"), parameters.get("nc")];
  const problem = qop === undefined ? undefined : problemOfCount(nc, cnonce);
  if (problem !== undefined) return problem;
  return { username, realm, nonce, uri, response, algorithm, opaque, qop, nc, cnonce, userhash };
}

const reading = { header: "Authorization", codec: credentialsCodec, toDigest: toDigestCredentials };

/** One of `username` and `username*`, and the latter only for a name in the clear (RFC 7616 §3.4). */
function readUsername({ username, userhash, parameters }: Credentials): string | undefined {
  const extended = parameters.get("username*");
  if (extended === undefined) return username;
  return username !== undefined || userhash ? undefined : decodeExtValue(extended);
}

/** `nc` and `cnonce` come with `qop`; `nc` is eight hexadecimal digits (RFC 7616 §3.4). */
function problemOfCount(nc: string | undefined, cnonce: string | undefined): string | undefined {
  if (nc === undefined || cnonce === undefined) return "qop without nc and cnonce";
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
