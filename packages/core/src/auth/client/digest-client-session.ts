import { EngineError } from "../../errors/engine-error.js";
import type { RandomSource } from "../../random/random-source.js";
import { parseDigestInfo, type DigestInfo } from "../digest/digest-info.js";
import { isChallengeable } from "../digest/authentication-role.js";
import { hashOf, type DigestHash } from "../digest/digest-algorithm.js";
import { computeRspauth } from "../digest/digest-computation.js";
import { ha1Of } from "../digest/user-secret.js";
import type { ChallengeOutcome, ReceivedChallenges, UnansweredRealm, UnansweredReason } from "./challenge-outcome.js";
import { supportedChallenges, type ChallengePreferences } from "./choose-challenge.js";
import type { CredentialsLookup, CredentialsQuery, DigestRequest } from "./credentials-lookup.js";
import { detachText } from "./detach-text.js";
import { noAuthorization, type AuthorizationField, type DigestAuthorization } from "./digest-authorization.js";
import { authorizeIn, nextUse, openSpace, type ProtectionSpace, type SpaceSecret } from "./protection-space.js";
import { groupByRealm, keyOf, type RealmChallenges } from "./realm-challenges.js";

/** What a session asks of its surroundings. */
export interface DigestClientParts {
  readonly credentials: CredentialsLookup;
  readonly random: RandomSource;
  readonly preferences: ChallengePreferences;
  readonly maxRetries: number;
}

/** A session written down: plain data without secrets. */
export interface DigestClientSnapshot {
  readonly version: 1;
  readonly spaces: readonly ProtectionSpace[];
}

/** The response to an accepted request, as far as it proves the server. */
export interface ReceivedInfo {
  /** The `Authentication-Info` field. */
  readonly text: string;
  /** The body of the response, for `auth-int`. */
  readonly body?: Uint8Array | undefined;
}

/** Whether `rspauth` showed that the server knows the secret: it did, it was absent, or it was wrong. */
export type ServerProof = "proven" | "absent" | "wrong";

/** One challenge and one stale nonce: a realm that asks a third time for the same request will ask for ever. */
const answersPerRealm = 2;
const cnonceBytes = 16;
/** More realms than any path has proxies; the oldest is forgotten. */
const spacesPerSession = 16;

/**
 * The digest state of a client for one dialog, registration or Call-ID (RFC 3261 §22.3): which realms challenged, with
 * what nonce, how often used. It sends nothing; who owns it adds the fields it writes to the requests.
 */
export class DigestClientSession {
  readonly #parts: DigestClientParts;
  readonly #spaces = new Map<string, ProtectionSpace>();

  constructor(parts: DigestClientParts, snapshot?: DigestClientSnapshot) {
    this.#parts = parts;
    for (const space of snapshot?.spaces ?? []) this.#spaces.set(keyOf(space.role, space.realm), space);
  }

  /** Credentials for a new request, sent ahead to every realm that challenged before. None for ACK and CANCEL. */
  authorize(request: DigestRequest): DigestAuthorization {
    if (this.#spaces.size === 0 || !isChallengeable(request.method)) return noAuthorization;
    return this.#compose(request, new Map(), 0);
  }

  /** Takes a 401 or 407 to a request that carried `sent`, and tells whether to send the request again (RFC 3261 §22.2). */
  receiveChallenges(
    received: ReceivedChallenges,
    request: DigestRequest,
    sent: DigestAuthorization = noAuthorization,
  ): ChallengeOutcome {
    const groups = groupByRealm(received);
    const answers = new Map(sent.fields.map((field) => [keyOf(field.role, field.credentials.realm), field.answers]));
    const unanswered: UnansweredRealm[] = [];
    for (const group of groups) {
      const reason = this.#receiveRealm(group, request, answers);
      if (reason !== undefined) unanswered.push({ role: group.role, realm: group.realm, reason });
    }
    if (unanswered.length === groups.length) {
      return { kind: "given-up", reason: gravest(unanswered) ?? reasonWithoutRealm(received), unanswered };
    }
    if (sent.retries >= this.#parts.maxRetries) return { kind: "given-up", reason: "too-many-retries", unanswered };
    return { kind: "retry", authorization: this.#compose(request, answers, sent.retries + 1), unanswered };
  }

  /** Takes `Authentication-Info` of a response to a request that carried `sent` (RFC 7616 §3.5); unreadable ones are absent. */
  receiveInfo(received: ReceivedInfo, request: DigestRequest, sent: DigestAuthorization): ServerProof {
    const info = parseDigestInfo(received.text);
    const field = info === undefined ? undefined : fieldAnswered(info, sent);
    if (info === undefined || field === undefined) return "absent";
    const proof = this.#checkProof(info, field, request, received.body);
    if (proof !== "wrong" && info.nextnonce !== undefined) this.#replaceNonce(field, info.nextnonce);
    return proof;
  }

  /** Forgets what was learnt from challenges; the next request goes without credentials. */
  clear(): void {
    this.#spaces.clear();
  }

  snapshot(): DigestClientSnapshot {
    return { version: 1, spaces: [...this.#spaces.values()] };
  }

  #receiveRealm(
    group: RealmChallenges,
    request: DigestRequest,
    answers: Map<string, number>,
  ): UnansweredReason | undefined {
    const key = keyOf(group.role, group.realm);
    const before = answers.get(key) ?? 0;
    this.#spaces.delete(key);
    const supported = supportedChallenges(group.challenges, this.#parts.preferences);
    if (supported.length === 0) return "unsupported";
    if (before > 0 && !(supported[0]?.challenge.stale && before < answersPerRealm)) return "rejected";
    const user = this.#parts.credentials(queryOf(group, request));
    if (user === undefined) return "no-credentials";
    const chosen = supported.find(({ algorithm }) => ha1Of(user, group.realm, hashOf(algorithm)) !== undefined);
    if (chosen === undefined) return "unsupported";
    this.#remember(key, openSpace(group.role, chosen));
    answers.set(key, before + 1);
    return undefined;
  }

  #remember(key: string, space: ProtectionSpace): void {
    this.#spaces.set(key, space);
    if (this.#spaces.size <= spacesPerSession) return;
    for (const oldest of this.#spaces.keys()) return void this.#spaces.delete(oldest);
  }

  #compose(request: DigestRequest, answers: ReadonlyMap<string, number>, retries: number): DigestAuthorization {
    const fields: AuthorizationField[] = [];
    for (const [key, space] of this.#spaces) {
      const secret = this.#secretFor(space, hashOf(space.algorithm), request);
      if (secret === undefined) continue;
      const used = nextUse(space, this.#freshCnonce);
      this.#spaces.set(key, used);
      fields.push(authorizeIn(used, secret, request, answers.get(key) ?? 0));
    }
    return { fields, retries };
  }

  readonly #freshCnonce = (): string => this.#parts.random.hex(cnonceBytes);

  #secretFor(
    space: Pick<ProtectionSpace, "role" | "realm">,
    hash: DigestHash,
    request: DigestRequest,
  ): SpaceSecret | undefined {
    const user = this.#parts.credentials(queryOf(space, request));
    const ha1 = user && ha1Of(user, space.realm, hash);
    if (user === undefined || ha1 === undefined) return undefined;
    if (user.username.includes("\r") || user.username.includes("\n")) {
      throw new EngineError("auth.credentials", { detail: `a line end in the user name for ${space.realm}` });
    }
    return { user, ha1 };
  }

  #checkProof(
    info: DigestInfo,
    field: AuthorizationField,
    request: DigestRequest,
    body: Uint8Array | undefined,
  ): ServerProof {
    if (info.rspauth === undefined) return "absent";
    const { credentials, algorithm } = field;
    const secret = this.#secretFor({ role: field.role, realm: credentials.realm }, hashOf(algorithm), request);
    if (secret === undefined) return "absent";
    const { uri, nonce, nc, cnonce } = credentials;
    const qop = info.qop ?? credentials.qop;
    const expected = computeRspauth(secret.ha1, { algorithm, method: "", uri, nonce, nc, cnonce, qop, body });
    return expected === info.rspauth ? "proven" : "wrong";
  }

  #replaceNonce(field: AuthorizationField, nextnonce: string): void {
    const key = keyOf(field.role, field.credentials.realm);
    const space = this.#spaces.get(key);
    // An answer that was overtaken by a newer challenge has nothing to say any more.
    if (space === undefined || space.nonce !== field.credentials.nonce) return;
    this.#spaces.set(key, { ...space, nonce: detachText(nextnonce), nonceCount: 0, cnonce: undefined });
  }
}

function queryOf(space: Pick<ProtectionSpace, "role" | "realm">, { uri, target }: DigestRequest): CredentialsQuery {
  return { role: space.role, realm: space.realm, uri, target };
}

function gravest(unanswered: readonly UnansweredRealm[]): UnansweredReason | undefined {
  const reasons = unanswered.map(({ reason }) => reason);
  return reasons.includes("rejected") ? "rejected" : reasons.includes("no-credentials") ? "no-credentials" : reasons[0];
}

function reasonWithoutRealm(received: ReceivedChallenges): "unsupported" | "no-challenge" {
  return received.wwwAuthenticate.length + received.proxyAuthenticate.length > 0 ? "unsupported" : "no-challenge";
}

/** The credentials an `Authentication-Info` speaks of: it names no realm, but repeats the cnonce. */
function fieldAnswered(info: DigestInfo, sent: DigestAuthorization): AuthorizationField | undefined {
  const own = sent.fields.filter((field) => field.role === "user-agent");
  if (info.cnonce === undefined) return own[0];
  return own.find((field) => field.credentials.cnonce === info.cnonce);
}
