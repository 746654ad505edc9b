import { noAuthorization, type DigestAuthorization } from "../../auth/client/digest-authorization.js";
import type { DigestRequest } from "../../auth/client/credentials-lookup.js";
import type { DigestClientSession } from "../../auth/client/digest-client-session.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import type { SipResponse } from "../../message/sip-response.js";

/** The credentials of one request through its attempts: sent ahead, and in answer to challenges. RFC 3261 §22.2 */
export class RequestCredentials {
  readonly #digest: DigestClientSession | undefined;
  #sent: DigestAuthorization = noAuthorization;
  #next: DigestAuthorization | undefined;
  #request: DigestRequest | undefined;

  /** Without a session every challenge is final. */
  constructor(digest: DigestClientSession | undefined) {
    this.#digest = digest;
  }

  /** Adds the credentials of the next attempt. */
  authorize(draft: RequestBuilder): void {
    this.#request = { method: draft.method, uri: draft.requestUriText, body: draft.body };
    this.#sent = this.#next ?? this.#digest?.authorize(this.#request) ?? noAuthorization;
    this.#next = undefined;
    for (const { name, value } of this.#sent.fields) draft.addText(name, value);
  }

  /** Takes a final response; `true` for a challenge that the next attempt answers. */
  receive(response: SipResponse): boolean {
    const { statusCode } = response;
    if (this.#digest === undefined || this.#request === undefined) return false;
    if (statusCode !== 401 && statusCode !== 407) {
      this.#learn(this.#digest, this.#request, response);
      return false;
    }
    const received = {
      wwwAuthenticate: response.getTexts("WWW-Authenticate"),
      proxyAuthenticate: response.getTexts("Proxy-Authenticate"),
    };
    const outcome = this.#digest.receiveChallenges(received, this.#request, this.#sent);
    if (outcome.kind === "given-up") return false;
    this.#next = outcome.authorization;
    return true;
  }

  #learn(digest: DigestClientSession, request: DigestRequest, response: SipResponse): void {
    const text = response.getText("Authentication-Info");
    if (response.isSuccess && text !== undefined) {
      digest.receiveInfo({ text, body: response.body }, request, this.#sent);
    }
  }
}
