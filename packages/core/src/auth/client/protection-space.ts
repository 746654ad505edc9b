import { authenticationWords, type AuthenticationRole } from "../digest/authentication-role.js";
import { hashOf, isSessionAlgorithm, type DigestAlgorithm, type DigestQop } from "../digest/digest-algorithm.js";
import { computeDigestResponse, computeUserhash } from "../digest/digest-computation.js";
import { serializeDigestCredentials, type DigestCredentials } from "../digest/digest-credentials.js";
import type { UserSecret } from "../digest/user-secret.js";
import type { ChosenChallenge } from "./choose-challenge.js";
import type { AuthorizationField } from "./digest-authorization.js";
import type { DigestRequest } from "./credentials-lookup.js";
import { detachText } from "./detach-text.js";

/** What a client keeps of the last challenge of a realm. Plain data without a secret in it (RFC 3261 §22.3). */
export interface ProtectionSpace {
  readonly role: AuthenticationRole;
  readonly realm: string;
  readonly nonce: string;
  readonly opaque?: string | undefined;
  readonly algorithm: DigestAlgorithm;
  /** The server's spelling of the algorithm, echoed; absent if it named none. */
  readonly algorithmToken?: string | undefined;
  readonly qop?: DigestQop | undefined;
  readonly userhash: boolean;
  /** How many requests used the nonce. */
  readonly nonceCount: number;
  /** The cnonce that HA1 of a `-sess` algorithm was made with; it holds as long as the nonce (RFC 7616 §3.4.2). */
  readonly cnonce?: string | undefined;
}

/** The secret side of a computation. */
export interface SpaceSecret {
  readonly user: UserSecret;
  readonly ha1: string;
}

/** The space a challenge opens, before its first use. */
export function openSpace(role: AuthenticationRole, { challenge, algorithm, qop }: ChosenChallenge): ProtectionSpace {
  const { realm, nonce, opaque, algorithm: token, userhash } = challenge;
  return {
    role,
    realm: detachText(realm),
    nonce: detachText(nonce),
    opaque: opaque === undefined ? undefined : detachText(opaque),
    algorithm,
    algorithmToken: token === undefined ? undefined : detachText(token),
    qop,
    userhash,
    nonceCount: 0,
  };
}

/** The same space after its next use: the nonce count one higher, and the cnonce that use takes. */
export function nextUse(space: ProtectionSpace, freshCnonce: () => string): ProtectionSpace {
  if (space.qop === undefined) return space;
  const keeps = isSessionAlgorithm(space.algorithm) && space.cnonce !== undefined;
  return { ...space, nonceCount: space.nonceCount + 1, cnonce: keeps ? space.cnonce : freshCnonce() };
}

/** Writes the credentials of a request for a space after {@link nextUse}. */
export function authorizeIn(
  space: ProtectionSpace,
  secret: SpaceSecret,
  request: DigestRequest,
  answers: number,
): AuthorizationField {
  const credentials = credentialsFor(space, secret, request);
  return {
    name: authenticationWords[space.role].credentialsField,
    value: serializeDigestCredentials(credentials),
    role: space.role,
    algorithm: space.algorithm,
    credentials,
    answers,
  };
}

function credentialsFor(space: ProtectionSpace, secret: SpaceSecret, request: DigestRequest): DigestCredentials {
  const { realm, nonce, opaque, algorithm, algorithmToken, userhash, qop } = space;
  const { method, uri, body } = request;
  const nc = qop === undefined ? undefined : space.nonceCount.toString(16).padStart(8, "0");
  const cnonce = qop === undefined ? undefined : space.cnonce;
  const response = computeDigestResponse(secret.ha1, { algorithm, method, uri, nonce, qop, nc, cnonce, body });
  const { username: name } = secret.user;
  const username = userhash ? computeUserhash(hashOf(algorithm), name, realm) : name;
  return { username, realm, nonce, uri, response, algorithm: algorithmToken, opaque, qop, nc, cnonce, userhash };
}
