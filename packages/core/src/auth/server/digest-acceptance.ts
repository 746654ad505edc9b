import type { DigestAlgorithm } from "../digest/digest-algorithm.js";
import { computeRspauth } from "../digest/digest-computation.js";
import type { DigestCredentials } from "../digest/digest-credentials.js";
import type { User } from "../users/user-store.js";

/** Credentials that were right. The secret they were checked with stays inside. */
export class DigestAcceptance {
  readonly kind = "accepted";
  /** The user's name, also where the client sent its hash. */
  readonly username: string;
  readonly roles: readonly string[];
  readonly realm: string;
  readonly algorithm: DigestAlgorithm;
  readonly credentials: DigestCredentials;
  readonly #ha1: string;

  constructor(user: User, algorithm: DigestAlgorithm, credentials: DigestCredentials, ha1: string) {
    this.username = user.username;
    this.roles = user.roles ?? [];
    this.realm = credentials.realm;
    this.algorithm = algorithm;
    this.credentials = credentials;
    this.#ha1 = ha1;
  }

  /** The proof that the server knows the secret as well, for a response with that body (RFC 7616 §3.5). */
  computeRspauth(body?: Uint8Array): string {
    const { uri, nonce, nc, cnonce, qop } = this.credentials;
    return computeRspauth(this.#ha1, { algorithm: this.algorithm, method: "", uri, nonce, nc, cnonce, qop, body });
  }
}
