import {
  DigestClient,
  type ChallengeOutcome,
  type DigestClientSession,
  type RandomSource,
  type RequestBuilder,
  type SipResponse,
} from "@siplet/core";
import type { AuthInfo } from "../api/auth-info.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { ContainerAuthInfo, type Login } from "./container-auth-info.js";

/** Finds the login for a realm of a user agent (401) or a proxy (407). */
export type LoginLookup = (status: 401 | 407, realm: string) => Login | undefined;

/**
 * The credentials of one SIP session (JSR 289 §17): what proxies and user agents on the path have challenged so far, so
 * that a request challenged by the second still carries what the first wants. RFC 3261 §22.3
 */
export class SessionAuthentication {
  readonly #digest: DigestClientSession;
  readonly #logins = new Map<string, Login>();
  #lookup: LoginLookup = () => undefined;

  constructor(random: RandomSource) {
    const client = new DigestClient({
      random,
      credentials: ({ role, realm }) => this.#find(role === "proxy" ? 407 : 401, realm),
    });
    this.#digest = client.createSession();
  }

  /** Adds credentials for each challenge whose realm is known, in place of older ones of the same realm. */
  answer(challenge: SipResponse, request: RequestBuilder, lookup: LoginLookup): void {
    const outcome = this.#receive(challenge, request, lookup);
    if (outcome.kind === "given-up") return;
    for (const { name, value, credentials } of outcome.authorization.fields) {
      const key = name.toLowerCase();
      const others = request.fields.filter((field) => field.key === key).map(({ text }) => text);
      request.remove(name);
      for (const text of others) if (!namesRealm(text, credentials.realm)) request.addText(name, text);
      request.addText(name, value);
    }
  }

  #receive(challenge: SipResponse, request: RequestBuilder, lookup: LoginLookup): ChallengeOutcome {
    this.#lookup = lookup;
    const { method, requestUriText: uri, body } = request;
    const texts = (key: string): string[] => challenge.fieldsOf(key).map(({ text }) => text);
    const received = { wwwAuthenticate: texts("www-authenticate"), proxyAuthenticate: texts("proxy-authenticate") };
    return this.#digest.receiveChallenges(received, { method, uri, body });
  }

  /** What this challenge's login is, or what an earlier one was answered with. */
  #find(status: 401 | 407, realm: string): Login | undefined {
    const key = `${status} ${realm}`;
    const login = this.#lookup(status, realm) ?? this.#logins.get(key);
    if (login !== undefined) this.#logins.set(key, login);
    return login;
  }
}

function namesRealm(credentials: string, realm: string): boolean {
  const quoted = realm.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  return credentials.includes(`realm="${quoted}"`);
}

/** Where the credentials of `addAuthHeader` come from. */
export function lookupOf(login: readonly [AuthInfo] | readonly [string, string]): LoginLookup {
  const [first, password] = login;
  if (first instanceof ContainerAuthInfo) return (status, realm) => first.loginFor(status, realm);
  if (typeof first !== "string" || typeof password !== "string") {
    throw new IllegalArgumentError("argument.missing", { detail: "give an AuthInfo, or a user name and a password" });
  }
  return () => ({ username: first, password });
}
