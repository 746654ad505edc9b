/** Who challenges: a user agent server or registrar, or a proxy (RFC 3261 §22.1). */
export type AuthenticationRole = "user-agent" | "proxy";

/** The words each role uses. */
export interface AuthenticationWords {
  readonly statusCode: 401 | 407;
  readonly challengeField: "WWW-Authenticate" | "Proxy-Authenticate";
  readonly credentialsField: "Authorization" | "Proxy-Authorization";
}

/** Status and header fields of both roles (RFC 3261 §22.2, §22.3). */
export const authenticationWords: Readonly<Record<AuthenticationRole, AuthenticationWords>> = {
  "user-agent": { statusCode: 401, challengeField: "WWW-Authenticate", credentialsField: "Authorization" },
  proxy: { statusCode: 407, challengeField: "Proxy-Authenticate", credentialsField: "Proxy-Authorization" },
};

/** Tells whether a request may be challenged: an ACK cannot be answered, a CANCEL cannot be resent (RFC 3261 §22.1). */
export function isChallengeable(method: string): boolean {
  return method !== "ACK" && method !== "CANCEL";
}
