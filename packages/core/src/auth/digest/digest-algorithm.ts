/** The hash below a digest algorithm: what a stored HA1 is made with. */
export type DigestHash = "MD5" | "SHA-256" | "SHA-512-256";

/** The algorithms of RFC 7616 §3.3 that SIP uses (RFC 8760 §2.1). */
export type DigestAlgorithm = DigestHash | `${DigestHash}-sess`;

/** Quality of protection: the request line alone, or with the body (RFC 7616 §3.4). */
export type DigestQop = "auth" | "auth-int";

const hashes: Readonly<Record<DigestAlgorithm, DigestHash>> = {
  "SHA-512-256": "SHA-512-256",
  "SHA-512-256-sess": "SHA-512-256",
  "SHA-256": "SHA-256",
  "SHA-256-sess": "SHA-256",
  MD5: "MD5",
  "MD5-sess": "MD5",
};

/** Every algorithm the engine computes, strongest first. */
export const digestAlgorithms: readonly DigestAlgorithm[] = [
  "SHA-512-256",
  "SHA-512-256-sess",
  "SHA-256",
  "SHA-256-sess",
  "MD5",
  "MD5-sess",
];

const byToken: ReadonlyMap<string, DigestAlgorithm> = new Map(
  digestAlgorithms.map((algorithm) => [algorithm.toLowerCase(), algorithm]),
);

/** Reads the `algorithm` parameter, without case; absent means MD5 (RFC 7616 §3.3). An unknown one is `undefined`. */
export function parseDigestAlgorithm(token: string | undefined): DigestAlgorithm | undefined {
  return token === undefined ? "MD5" : byToken.get(token.toLowerCase());
}

/** The hash an algorithm computes with. */
export function hashOf(algorithm: DigestAlgorithm): DigestHash {
  return hashes[algorithm];
}

/** Tells whether HA1 takes in nonce and cnonce (`-sess`, RFC 7616 §3.4.2). */
export function isSessionAlgorithm(algorithm: DigestAlgorithm): boolean {
  return hashes[algorithm] !== algorithm;
}

/** Reads one `qop` token, without case; an unknown one is `undefined` (RFC 7616 §3.3). */
export function parseDigestQop(token: string): DigestQop | undefined {
  const name = token.toLowerCase();
  return name === "auth" || name === "auth-int" ? name : undefined;
}
