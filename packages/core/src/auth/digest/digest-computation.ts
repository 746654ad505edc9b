import { hash } from "node:crypto";
import { hashOf, isSessionAlgorithm, type DigestAlgorithm, type DigestHash } from "./digest-algorithm.js";

/** OpenSSL's names; its `sha512-256` is the SHA-512/256 of FIPS 180-4 that RFC 7616 means, not a SHA-512 cut short. */
const opensslNames: Readonly<Record<DigestHash, string>> = {
  MD5: "md5",
  "SHA-256": "sha256",
  "SHA-512-256": "sha512-256",
};

const empty = new Uint8Array(0);

/** What goes into a response besides the secret. Texts stand as in the credentials, quotes and escapes undone. */
export interface DigestInput {
  readonly algorithm: DigestAlgorithm;
  readonly method: string;
  readonly uri: string;
  readonly nonce: string;
  /** Absent for a response without quality of protection (RFC 2069). */
  readonly qop?: string | undefined;
  readonly nc?: string | undefined;
  readonly cnonce?: string | undefined;
  /** The octets of the body, for `auth-int`. */
  readonly body?: Uint8Array | undefined;
}

/** Hashes UTF-8 text or octets to lower-case hex. */
export function digestHash(name: DigestHash, data: string | Uint8Array): string {
  return hash(opensslNames[name], data);
}

/** What a server may store in place of a password: H(username ":" realm ":" password) (RFC 7616 §3.4.2). */
export function computeHa1(name: DigestHash, username: string, realm: string, password: string): string {
  return digestHash(name, `${username}:${realm}:${password}`);
}

/** The name shown to the network in place of the user's: H(username ":" realm) (RFC 7616 §3.4.4). */
export function computeUserhash(name: DigestHash, username: string, realm: string): string {
  return digestHash(name, `${username}:${realm}`);
}

/**
 * The `response` of a request (RFC 7616 §3.4.1); `ha1` is the stored one, also for `-sess`. Deviates: a `-sess` HA1 is made
 * with the nonce and cnonce of the request itself, not with those of the first one (§3.4.2), which a server without
 * memory does not know. Clients that keep their cnonce as long as the nonce, as ours do, see no difference.
 */
export function computeDigestResponse(ha1: string, input: DigestInput): string {
  return respond(ha1, input, input.method);
}

/** The `rspauth` of a response to the request `input` tells of, with the response's own body (RFC 7616 §3.5). */
export function computeRspauth(ha1: string, input: DigestInput): string {
  return respond(ha1, input, "");
}

function respond(ha1: string, input: DigestInput, method: string): string {
  const name = hashOf(input.algorithm);
  const { nonce, nc = "", cnonce = "", qop } = input;
  const a1 = isSessionAlgorithm(input.algorithm) ? digestHash(name, `${ha1}:${nonce}:${cnonce}`) : ha1;
  const a2 = digestHash(name, secondPart(name, method, input));
  return digestHash(name, qop === undefined ? `${a1}:${nonce}:${a2}` : `${a1}:${nonce}:${nc}:${cnonce}:${qop}:${a2}`);
}

function secondPart(name: DigestHash, method: string, input: DigestInput): string {
  const line = `${method}:${input.uri}`;
  return input.qop?.toLowerCase() === "auth-int" ? `${line}:${digestHash(name, input.body ?? empty)}` : line;
}
