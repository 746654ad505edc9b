import type { AuthenticationRole } from "../digest/authentication-role.js";
import type { DigestAlgorithm } from "../digest/digest-algorithm.js";
import type { DigestCredentials } from "../digest/digest-credentials.js";

/** One credentials field of a request. */
export interface AuthorizationField {
  readonly name: "Authorization" | "Proxy-Authorization";
  readonly value: string;
  readonly role: AuthenticationRole;
  readonly algorithm: DigestAlgorithm;
  readonly credentials: DigestCredentials;
  /** How many challenges of this realm were answered for this request; 0 for credentials sent ahead. */
  readonly answers: number;
}

/**
 * The credentials a request carries, to be handed back with the response to it. Plain data. An ACK copies the fields of
 * its INVITE (RFC 3261 §22.1).
 */
export interface DigestAuthorization {
  readonly fields: readonly AuthorizationField[];
  /** How often the request was sent again after a challenge. */
  readonly retries: number;
}

/** The authorization of a request that carries no credentials. */
export const noAuthorization: DigestAuthorization = { fields: [], retries: 0 };
