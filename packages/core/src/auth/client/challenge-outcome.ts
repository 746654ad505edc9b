import type { AuthenticationRole } from "../digest/authentication-role.js";
import type { DigestAuthorization } from "./digest-authorization.js";

/** The challenge fields of a 401 or 407: both lists, as forking proxies may give both (RFC 3261 §16.7). */
export interface ReceivedChallenges {
  /** The `WWW-Authenticate` fields in the order they stand. */
  readonly wwwAuthenticate: readonly string[];
  /** The `Proxy-Authenticate` fields in the order they stand. */
  readonly proxyAuthenticate: readonly string[];
}

/** Why a realm's challenge stays without an answer. */
export type UnansweredReason =
  /** The credentials sent in answer to a challenge were refused, or the server calls every nonce stale. */
  | "rejected"
  /** The lookup knows none for the realm. */
  | "no-credentials"
  /** No challenge with an algorithm and a quality of protection that can be computed. */
  | "unsupported";

/** A realm whose challenge stays without an answer. */
export interface UnansweredRealm {
  readonly role: AuthenticationRole;
  readonly realm: string;
  readonly reason: UnansweredReason;
}

/** What follows from a 401 or 407. */
export type ChallengeOutcome =
  /** Send the request again: same Call-ID, From and To as before, CSeq one higher, new branch (RFC 3261 §22.2). */
  | {
      readonly kind: "retry";
      readonly authorization: DigestAuthorization;
      readonly unanswered: readonly UnansweredRealm[];
    }
  /** The response is final. */
  | {
      readonly kind: "given-up";
      readonly reason: UnansweredReason | "no-challenge" | "too-many-retries";
      readonly unanswered: readonly UnansweredRealm[];
    };
