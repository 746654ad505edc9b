import type { AuthenticationRole } from "../digest/authentication-role.js";
import type { UserSecret } from "../digest/user-secret.js";

/** Who asks for credentials, and on behalf of which request. */
export interface CredentialsQuery {
  readonly realm: string;
  readonly role: AuthenticationRole;
  /** The Request-URI of the request. */
  readonly uri: string;
  /** Where the request went, in the words of the caller ({@link DigestRequest.target}). */
  readonly target?: string | undefined;
}

/**
 * Finds what proves who we are to a realm; `undefined` leaves the challenge unanswered. A realm is only what the
 * challenger says of itself: answer for a realm one knows, and where several peers are called, for its `target` alone.
 */
export type CredentialsLookup = (query: CredentialsQuery) => UserSecret | undefined;

/** The parts of a request that digest covers. */
export interface DigestRequest {
  readonly method: string;
  /** The Request-URI as it will be sent. */
  readonly uri: string;
  /** The octets of the body, for `auth-int`. */
  readonly body?: Uint8Array | undefined;
  /** Handed to the lookup: the next hop, trunk or connection the request goes to. */
  readonly target?: string | undefined;
}
