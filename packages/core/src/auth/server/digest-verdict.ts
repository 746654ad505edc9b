import type { DigestAcceptance } from "./digest-acceptance.js";

/** The fields of a response that challenges. */
export interface AuthenticationChallenge {
  readonly statusCode: 401 | 407;
  readonly name: "WWW-Authenticate" | "Proxy-Authenticate";
  /** One field for each algorithm, in order; never to be joined (RFC 3261 §7.3.1, RFC 8760 §2.2). */
  readonly values: readonly string[];
  readonly stale: boolean;
}

/** Why a request is challenged. The peer sees of it only whether the nonce was stale. */
export type ChallengeReason =
  | "no-credentials"
  | "algorithm-not-offered"
  | "qop-not-offered"
  | "unknown-user"
  /** The store has the user, but not the HA1 for the algorithm. */
  | "secret-missing"
  | "wrong-credentials"
  | "stale-nonce"
  | "replayed-nonce";

/** Why a request is refused for good. */
export type RejectionReason = "malformed" | "uri-mismatch" | "blocked" | "store-failed";

/** What the server found. */
export type DigestVerdict =
  | DigestAcceptance
  | (AuthenticationChallenge & { readonly kind: "challenge"; readonly reason: ChallengeReason })
  | {
      readonly kind: "rejected";
      readonly statusCode: 400 | 403 | 500;
      readonly reason: RejectionReason;
      readonly detail: string;
    }
  /** ACK and CANCEL, which are never challenged (RFC 3261 §22.1). */
  | { readonly kind: "exempt" };
