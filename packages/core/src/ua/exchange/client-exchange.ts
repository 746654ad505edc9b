import { noAuthorization, type DigestAuthorization } from "../../auth/client/digest-authorization.js";
import type { DigestRequest } from "../../auth/client/credentials-lookup.js";
import type { DigestClientSession } from "../../auth/client/digest-client-session.js";
import { EngineError, isEngineError } from "../../errors/engine-error.js";
import { silentLogger, type Logger } from "../../log/logger.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { ClientTransaction } from "../../transaction/client-transaction.js";
import type { RequestSender } from "../../transaction/request-sender.js";
import type { SendRequestOptions, SentRequestUser } from "../../transaction/sent-request.js";
import type { Connection } from "../../transport/transport.js";

/** Who sends requests: a `RequestSender`, or what stands in for it. */
export type SenderPort = Pick<RequestSender, "send">;

/** What an exchange needs. */
export interface ExchangeParts {
  readonly sender: SenderPort;
  /** Answers 401 and 407; without it they are final. */
  readonly digest?: DigestClientSession | undefined;
  readonly log?: Logger | undefined;
}

/** What became of a request, challenges answered. */
export interface ExchangeOutcome {
  /** That of the response; 408 when none came, that of the error (503) when none could come. RFC 3261 §8.1.3.1 */
  readonly statusCode: number;
  readonly response: SipResponse | undefined;
  readonly error: EngineError | undefined;
  /** The last attempt; undefined when none could leave. */
  readonly request: SipRequest | undefined;
  readonly connection: Connection | undefined;
}

/** What is to be sent. */
export interface ExchangePlan {
  /** Makes the request of an attempt: each has a sequence number of its own (RFC 3261 §8.1.3.5). */
  readonly draft: () => RequestBuilder;
  readonly options?: SendRequestOptions | undefined;
  /** Told once, when all is over. */
  readonly onOutcome: (outcome: ExchangeOutcome) => void;
}

/**
 * A request other than INVITE and its final answer: 401 and 407 are answered from the credentials (RFC 3261 §22.2), and what
 * went wrong below becomes a status (§8.1.3.1).
 */
export class ClientExchange implements SentRequestUser {
  readonly #parts: ExchangeParts;
  readonly #plan: ExchangePlan;
  #authorization: DigestAuthorization = noAuthorization;
  #digestRequest: DigestRequest | undefined;
  #request: SipRequest | undefined;
  #isOver = false;

  constructor(parts: ExchangeParts, plan: ExchangePlan) {
    this.#parts = parts;
    this.#plan = plan;
  }

  /** Sends the first attempt. What fails at once is told as an outcome as well. */
  start(): void {
    this.#attempt(undefined);
  }

  /** Nobody waits for the outcome any more. */
  abandon(): void {
    this.#isOver = true;
  }

  onResponse(response: SipResponse, transaction: ClientTransaction): void {
    if (response.isProvisional || this.#isOver) return;
    if (this.#isAnsweredChallenge(response)) return;
    if (response.isSuccess) this.#learn(response);
    const { connection } = transaction;
    this.#finish({ statusCode: response.statusCode, response, error: undefined, connection });
  }

  onTimeout({ connection }: ClientTransaction): void {
    this.#finish({ statusCode: 408, response: undefined, error: undefined, connection });
  }

  onTransportError(error: EngineError, { connection }: ClientTransaction): void {
    this.#finish({ statusCode: error.statusCode ?? 503, response: undefined, error, connection });
  }

  onNotSent(error: EngineError): void {
    this.#fail(error);
  }

  #attempt(authorization: DigestAuthorization | undefined): void {
    try {
      const draft = this.#plan.draft();
      this.#digestRequest = { method: draft.method, uri: draft.requestUriText, body: draft.body };
      this.#authorization = authorization ?? this.#parts.digest?.authorize(this.#digestRequest) ?? noAuthorization;
      for (const { name, value } of this.#authorization.fields) draft.addText(name, value);
      this.#request = draft.build();
      this.#parts.sender.send(draft, this, this.#plan.options);
    } catch (error) {
      this.#fail(asEngineError(error));
    }
  }

  #isAnsweredChallenge(response: SipResponse): boolean {
    const { digest } = this.#parts;
    const isChallenge = response.statusCode === 401 || response.statusCode === 407;
    if (!isChallenge || digest === undefined || this.#digestRequest === undefined) return false;
    const received = {
      wwwAuthenticate: response.getTexts("WWW-Authenticate"),
      proxyAuthenticate: response.getTexts("Proxy-Authenticate"),
    };
    const outcome = digest.receiveChallenges(received, this.#digestRequest, this.#authorization);
    if (outcome.kind === "given-up") return false;
    this.#attempt(outcome.authorization);
    return true;
  }

  #learn(response: SipResponse): void {
    const text = response.getText("Authentication-Info");
    if (text === undefined || this.#digestRequest === undefined) return;
    this.#parts.digest?.receiveInfo({ text, body: response.body }, this.#digestRequest, this.#authorization);
  }

  #fail(error: EngineError): void {
    this.#finish({ statusCode: error.statusCode ?? 503, response: undefined, error, connection: undefined });
  }

  #finish(outcome: Omit<ExchangeOutcome, "request">): void {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      this.#plan.onOutcome({ ...outcome, request: this.#request });
    } catch (error) {
      const { log = silentLogger } = this.#parts;
      log.error({ error, method: this.#request?.method }, "the user of a request failed");
    }
  }
}

function asEngineError(error: unknown): EngineError {
  if (isEngineError(error)) return error;
  return new EngineError("transport.failed", { detail: String(error), cause: error });
}
