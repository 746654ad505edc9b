import { timingSafeEqual } from "node:crypto";
import { serializeDigestInfo } from "../digest/digest-info.js";
import { authenticationWords, isChallengeable } from "../digest/authentication-role.js";
import {
  hashOf,
  isSessionAlgorithm,
  parseDigestAlgorithm,
  parseDigestQop,
  type DigestAlgorithm,
} from "../digest/digest-algorithm.js";
import { serializeDigestChallenge } from "../digest/digest-challenge.js";
import { computeDigestResponse } from "../digest/digest-computation.js";
import type { DigestCredentials } from "../digest/digest-credentials.js";
import { ha1Of } from "../digest/user-secret.js";
import type { AuthenticationAttempt } from "./attempt-guard.js";
import { DigestAcceptance } from "./digest-acceptance.js";
import { settleOptions, type DigestServerOptions, type DigestServerSettings } from "./digest-server-options.js";
import type { AuthenticationChallenge, ChallengeReason, DigestVerdict, RejectionReason } from "./digest-verdict.js";
import type { NonceState } from "./nonce-issuer.js";
import { selectCredentials } from "./select-credentials.js";
import { andThen, type SyncOrPromise } from "../users/sync-or-promise.js";
import type { User } from "../users/user-store.js";

/** What a server looks at of a request. */
export interface AuthenticatedRequest {
  readonly method: string;
  /** The Request-URI. */
  readonly uri: string;
  /** The octets of the body, for `auth-int`. */
  readonly body?: Uint8Array | undefined;
  /** The `Authorization` fields, or the `Proxy-Authorization` fields for a proxy. */
  readonly credentials: readonly string[];
  /** What nonces are bound to besides the realm, such as the source address. */
  readonly binding?: string | undefined;
  /** For the guard: where the request came from. */
  readonly source?: string | undefined;
}

/** How to challenge. */
export interface ChallengeOptions {
  /** The secret was right, only the nonce is too old. */
  readonly stale?: boolean;
  readonly binding?: string | undefined;
}

/** What to put into `Authentication-Info`. */
export interface InfoOptions {
  /** The body of the response, for `auth-int`. */
  readonly body?: Uint8Array | undefined;
  /** Hand over the nonce for the next request. */
  readonly nextnonce?: boolean;
  readonly binding?: string | undefined;
}

/** One request on its way through the checks. */
interface Attempt {
  readonly request: AuthenticatedRequest;
  readonly credentials: DigestCredentials;
  readonly algorithm: DigestAlgorithm;
  readonly nonce: NonceState;
}

/** Stands in for the HA1 of users there are not, so that their absence takes as long as a wrong password. */
const decoyHa1 = "0".repeat(64);

/**
 * The server side of digest for one realm (RFC 3261 §22.2, §22.3; RFC 7616; RFC 8760). Nonces need no memory; only which
 * counts of them were used is kept. Nothing a request holds makes it throw.
 */
export class DigestServer {
  readonly #settings: DigestServerSettings;

  constructor(options: DigestServerOptions) {
    this.#settings = settleOptions(options);
  }

  get realm(): string {
    return this.#settings.realm;
  }

  /** One challenge for each algorithm, all with the same fresh nonce. */
  createChallenge(options: ChallengeOptions = {}): AuthenticationChallenge {
    const { realm, qop, opaque, userhash, algorithms, role, nonces } = this.#settings;
    const { stale = false } = options;
    const nonce = nonces.issue(this.#bindingOf(options.binding));
    const charset = userhash ? "UTF-8" : undefined;
    const values = algorithms.map((algorithm) =>
      serializeDigestChallenge({ realm, nonce, qop, algorithm, opaque, stale, userhash, charset }),
    );
    const { statusCode, challengeField } = authenticationWords[role];
    return { statusCode, name: challengeField, values, stale };
  }

  /** Checks a request. The verdict is there at once unless the store or the register has to wait. */
  verify(request: AuthenticatedRequest): DigestVerdict | Promise<DigestVerdict> {
    if (!isChallengeable(request.method)) return { kind: "exempt" };
    const binding = this.#bindingOf(request.binding);
    const selected = selectCredentials(request.credentials, this.realm, (nonce) =>
      this.#settings.nonces.check(nonce, binding),
    );
    if (selected.kind === "malformed") return rejected(400, "malformed", selected.reason);
    if (selected.kind === "none") return this.#challenge(request, "no-credentials");
    const { credentials, nonce } = selected;
    const algorithm = parseDigestAlgorithm(credentials.algorithm);
    if (algorithm === undefined || !this.#settings.algorithms.includes(algorithm)) {
      return this.#challenge(request, "algorithm-not-offered");
    }
    const attempt: Attempt = { request, credentials, algorithm, nonce };
    return this.#object(attempt) ?? this.#authenticate(attempt);
  }

  /** The `Authentication-Info` of a response to an accepted request (RFC 7616 §3.5). */
  createInfo(acceptance: DigestAcceptance, options: InfoOptions = {}): string {
    const { qop, cnonce, nc } = acceptance.credentials;
    const nextnonce = options.nextnonce ? this.#settings.nonces.issue(this.#bindingOf(options.binding)) : undefined;
    if (qop === undefined) return serializeDigestInfo({ nextnonce });
    return serializeDigestInfo({
      nextnonce,
      qop,
      rspauth: acceptance.computeRspauth(options.body),
      cnonce,
      nc,
    });
  }

  #bindingOf(binding = ""): string {
    return `${this.realm}\0${binding}`;
  }

  /** What can be objected to credentials before the user is known. */
  #object(attempt: Attempt): DigestVerdict | undefined {
    const { request, credentials } = attempt;
    if (credentials.qop !== undefined && parseDigestQop(credentials.qop) === undefined) {
      return rejected(400, "malformed", "qop is neither auth nor auth-int");
    }
    if (!this.#isProtected(attempt)) return this.#challenge(request, "qop-not-offered");
    if (!this.#settings.uriPolicy(credentials.uri, request.uri)) {
      return rejected(400, "uri-mismatch", "uri is not the Request-URI");
    }
    return this.#isBlocked(attempt) ? rejected(403, "blocked", "too many failures") : undefined;
  }

  /** Tells whether the credentials protect at least as much as the weakest offer. */
  #isProtected({ credentials, algorithm }: Attempt): boolean {
    const { qop, acceptWithoutQop } = this.#settings;
    if (credentials.qop === undefined) return acceptWithoutQop && !isSessionAlgorithm(algorithm);
    return qop.includes("auth") || parseDigestQop(credentials.qop) === "auth-int";
  }

  #authenticate(attempt: Attempt): DigestVerdict | Promise<DigestVerdict> {
    try {
      const verdict = andThen(this.#findUser(attempt), (user) => this.#compare(attempt, user));
      return verdict instanceof Promise ? verdict.catch((cause: unknown) => this.#fail(cause)) : verdict;
    } catch (cause) {
      return this.#fail(cause);
    }
  }

  #findUser({ credentials, algorithm }: Attempt): SyncOrPromise<User | undefined> {
    const { users, realm, userhash } = this.#settings;
    if (!credentials.userhash) return users.find(credentials.username, realm);
    const name = credentials.username.toLowerCase();
    return userhash ? users.findByUserhash?.(name, realm, hashOf(algorithm)) : undefined;
  }

  #compare(attempt: Attempt, user: User | undefined): SyncOrPromise<DigestVerdict> {
    const { credentials, algorithm, nonce, request } = attempt;
    const name = credentials.userhash ? user?.username : credentials.username;
    const ha1 = user && ha1Of(user, this.realm, hashOf(algorithm), name);
    const isRight = isResponse(attempt, ha1 ?? decoyHa1);
    if (user === undefined) return this.#refuse(attempt, "unknown-user");
    if (ha1 === undefined) return this.#refuse(attempt, "secret-missing");
    if (!isRight) return this.#refuse(attempt, "wrong-credentials");
    if (nonce.kind !== "fresh") return this.#challenge(request, "stale-nonce", true);
    const count = credentials.qop === undefined ? undefined : Number.parseInt(credentials.nc ?? "0", 16);
    const { issuedAt, expiresAt } = nonce;
    return andThen(this.#settings.register.admit({ nonce: nonce.nonce, count, issuedAt, expiresAt }), (isNew) =>
      isNew ? this.#accept(attempt, user, ha1) : this.#challenge(request, "replayed-nonce", true),
    );
  }

  #accept(attempt: Attempt, user: User, ha1: string): DigestVerdict {
    this.#tellGuard("onAccepted", attempt);
    return new DigestAcceptance(user, attempt.algorithm, attempt.credentials, ha1);
  }

  #refuse(attempt: Attempt, reason: ChallengeReason): DigestVerdict {
    this.#tellGuard("onFailed", attempt);
    return this.#challenge(attempt.request, reason);
  }

  #challenge({ binding }: AuthenticatedRequest, reason: ChallengeReason, stale = false): DigestVerdict {
    return { kind: "challenge", ...this.createChallenge({ stale, binding }), reason };
  }

  #fail(cause: unknown): DigestVerdict {
    this.#settings.log.error({ err: cause, realm: this.realm }, "users or nonces could not be looked up");
    return rejected(500, "store-failed", "users or nonces could not be looked up");
  }

  #isBlocked(attempt: Attempt): boolean {
    const { guard, log } = this.#settings;
    try {
      return guard.allows?.(toAttempt(attempt)) === false;
    } catch (cause) {
      log.error({ err: cause, realm: this.realm }, "the attempt guard threw in allows");
      return false;
    }
  }

  #tellGuard(event: "onFailed" | "onAccepted", attempt: Attempt): void {
    const { guard, log } = this.#settings;
    try {
      guard[event]?.(toAttempt(attempt));
    } catch (cause) {
      log.error({ err: cause, realm: this.realm }, `the attempt guard threw in ${event}`);
    }
  }
}

function toAttempt({ credentials, request }: Attempt): AuthenticationAttempt {
  return { username: credentials.username, realm: credentials.realm, source: request.source };
}

function isResponse({ request, credentials, algorithm }: Attempt, ha1: string): boolean {
  const { method, body } = request;
  const { uri, nonce, qop, nc, cnonce } = credentials;
  const expected = Buffer.from(computeDigestResponse(ha1, { algorithm, method, uri, nonce, qop, nc, cnonce, body }));
  const given = Buffer.from(credentials.response);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function rejected(statusCode: 400 | 403 | 500, reason: RejectionReason, detail: string): DigestVerdict {
  return { kind: "rejected", statusCode, reason, detail };
}
