import { inject, injectable, SipFactory, type SipServletRequest, type SipServletResponse } from "@siplet/framework";
import { Settings } from "./settings.js";

/** Answers the provider's challenges with our account, and no others. */
@injectable()
export class ProviderLogin {
  readonly #factory: SipFactory;
  readonly #settings: Settings;

  constructor(@inject(SipFactory) factory: SipFactory, @inject(Settings) settings: Settings) {
    this.#factory = factory;
    this.#settings = settings;
  }

  /** Whether our account may be the answer: the challenge is the provider's, and it has not just refused our password. */
  canAnswer(challenge: SipServletResponse): boolean {
    if (challenge.status !== 401 && challenge.status !== 407) return false;
    if (!challenge.getChallengeRealms().includes(this.#settings.domain)) return false;
    return !hasCredentials(challenge.request) || isStale(challenge);
  }

  /** Puts our credentials into the request that is sent after the challenge. */
  answer(challenge: SipServletResponse, retry: SipServletRequest): void {
    const { domain, account, password } = this.#settings;
    const info = this.#factory.createAuthInfo();
    info.addAuthInfo(challenge.status === 401 ? 401 : 407, domain, account, password);
    retry.addAuthHeader(challenge, info);
  }
}

function hasCredentials(request: SipServletRequest | undefined): boolean {
  return ["Authorization", "Proxy-Authorization"].some((name) => request?.getHeader(name) !== undefined);
}

/** Only the nonce was too old: the same password will do (RFC 7616 §3.3). */
function isStale(challenge: SipServletResponse): boolean {
  const fields = [...challenge.getHeaders("WWW-Authenticate"), ...challenge.getHeaders("Proxy-Authenticate")];
  return fields.some((field) => /stale="?true/i.test(field));
}
