import { equalIgnoringCase } from "../../grammar/equal-ignoring-case.js";
import { quote } from "../../grammar/quoted-string.js";
import { bareValue, type AuthParameters } from "./auth-parameters.js";
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
  return parseDigestValues(text, readChallenge);
}

/** The Digest challenges of several fields in the order they stand; the rest is passed over. */
export function selectDigestChallenges(texts: readonly string[]): DigestChallenge[] {
  return texts.flatMap((text) =>
    parseDigestChallenges(text).flatMap((parsed) => (parsed.kind === "digest" ? [parsed.value] : [])),
  );
}

function readChallenge(parameters: AuthParameters): DigestChallenge | string {
  const realm = parameters.get("realm");
  const nonce = parameters.get("nonce");
  if (realm === undefined) return "realm is missing";
  if (nonce === undefined) return "nonce is missing";
  return {
    realm,
    nonce,
    algorithm: parameters.get("algorithm"),
    qop: readQopList(parameters.get("qop")),
    opaque: parameters.get("opaque"),
    stale: isTrue(parameters.get("stale")),
    domain: parameters.get("domain"),
    userhash: isTrue(parameters.get("userhash")),
    charset: parameters.get("charset"),
  };
}

function readQopList(text: string | undefined): readonly string[] | undefined {
  const names = (text ?? "").split(",").map((name) => name.trim().toLowerCase());
  const offered = names.filter((name) => name !== "");
  return offered.length === 0 ? undefined : offered;
}

function isTrue(text: string | undefined): boolean {
  return text !== undefined && equalIgnoringCase(text, "true");
}

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
