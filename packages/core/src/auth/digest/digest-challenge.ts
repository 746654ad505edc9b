import { quote } from "../../grammar/quoted-string.js";
import { challengeCodec, type Challenge } from "../../headers/challenge.js";
import { bareValue } from "./bare-value.js";
import { parseDigestValues, type DigestParse } from "./digest-parse.js";

/** A Digest challenge: one value of `WWW-Authenticate` or `Proxy-Authenticate` (RFC 7616 §3.3). */
export interface DigestChallenge {
  /** Names the protection space; compared with case. */
  readonly realm: string;
  readonly nonce: string;
  /** As the server wrote it; absent means MD5. */
  readonly algorithm?: string | undefined;
  /** Offered qualities of protection in lower case; absent in challenges of RFC 2069. */
  readonly qop?: readonly string[] | undefined;
  readonly opaque?: string | undefined;
  /** Only the nonce was too old: the same password will do (RFC 7616 §3.3). */
  readonly stale: boolean;
  /** Means nothing in SIP (RFC 3261 §22.4). */
  readonly domain?: string | undefined;
  /** The server understands hashed user names (RFC 7616 §3.4.4). */
  readonly userhash: boolean;
  readonly charset?: string | undefined;
}

/** Reads a challenge field. Never throws; other schemes and broken values are told apart. */
export function parseDigestChallenges(text: string): readonly DigestParse<DigestChallenge>[] {
  return parseDigestValues(text, reading);
}

/** The Digest challenges of several fields in the order they stand; the rest is passed over. */
export function selectDigestChallenges(texts: readonly string[]): DigestChallenge[] {
  return texts.flatMap((text) =>
    parseDigestChallenges(text).flatMap((parsed) => (parsed.kind === "digest" ? [parsed.value] : [])),
  );
}

/** The Digest parameters of a challenge as read by the message; the reason why it is none otherwise. */
function toDigestChallenge(challenge: Challenge): DigestChallenge | string {
  const { realm, nonce, algorithm, qop, opaque, stale, domain, userhash, parameters } = challenge;
  if (realm === undefined) return "realm is missing";
  if (nonce === undefined) return "nonce is missing";
  const offered = qop.length === 0 ? undefined : qop;
  return { realm, nonce, algorithm, qop: offered, opaque, stale, domain, userhash, charset: parameters.get("charset") };
}

const reading = { header: "WWW-Authenticate", codec: challengeCodec, toDigest: toDigestChallenge };

/** Writes a challenge as field value, quoted where RFC 7616 §3.3 wants quotes. */
export function serializeDigestChallenge(challenge: DigestChallenge): string {
  const { realm, nonce, domain, qop, algorithm, opaque, stale, userhash, charset } = challenge;
  let text = `Digest realm=${quote(realm)}, nonce=${quote(nonce)}`;
  if (domain !== undefined) text += `, domain=${quote(domain)}`;
  if (qop !== undefined) text += `, qop=${quote(qop.join(","))}`;
  if (algorithm !== undefined) text += `, algorithm=${bareValue(algorithm)}`;
  if (opaque !== undefined) text += `, opaque=${quote(opaque)}`;
  if (stale) text += ", stale=true";
  if (userhash) text += ", userhash=true";
  if (charset !== undefined) text += `, charset=${bareValue(charset)}`;
  return text;
}
