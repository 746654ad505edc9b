import { isEngineError } from "@siplet/core";
import type { SipServletRequest, SipServletResponse } from "../api/object-model.js";
import { enterInvocation, Invocation } from "../concurrency/invocation.js";
import { endInvocation, isThenable, type InvocationHost } from "../concurrency/invocation-host.js";
import type { SessionWork } from "../concurrency/session-queue.js";
import { isSipError } from "../errors/sip-error.js";
import { isServletError } from "../errors/servlet-error.js";
import { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";

/** The code that takes one message. */
export interface Handler {
  /** `Calls.onInvite`, for logs. */
  readonly label: string;
  /** Calls it; what it returns may be a promise. */
  invoke(): unknown;
}

/** What an invocation needs of its application. */
export interface InvocationContext extends InvocationHost {
  /** Told when the handler has settled: forward, watch for an answer. */
  afterHandler(message: SipServletRequest | SipServletResponse, handler: Handler): void;
}

/** One message on its way to one handler, from the queue of its session to the end of the invocation. */
export class HandlerInvocation implements SessionWork {
  readonly #session: ContainerSipSession;
  readonly #message: SipServletRequest | SipServletResponse;
  readonly #handler: Handler;
  readonly #context: InvocationContext;
  /** Called once the handler has settled. */
  after: (() => void) | undefined;

  constructor(
    session: ContainerSipSession,
    message: SipServletRequest | SipServletResponse,
    handler: Handler,
    context: InvocationContext,
  ) {
    this.#session = session;
    this.#message = message;
    this.#handler = handler;
    this.#context = context;
  }

  run(): void | PromiseLike<void> {
    if (!this.#session.isValid) return this.#refuse();
    const invocation = new Invocation(this.#session.applicationSession, this.#handler.label);
    let result: unknown;
    try {
      result = enterInvocation(invocation, this.#context.followsAwait, () => this.#handler.invoke());
    } catch (error) {
      this.#fail(error);
    }
    if (!isThenable(result)) return this.#settle(invocation, result);
    const { stuckWatch } = this.#context;
    stuckWatch?.begin(invocation);
    const settle = (value: unknown): void | PromiseLike<void> => {
      stuckWatch?.end(invocation);
      return this.#settle(invocation, value);
    };
    return Promise.resolve(result).then(settle, (error: unknown) => {
      this.#fail(error);
      return settle(undefined);
    });
  }

  /** A returned `SipError` answers as a thrown one does. */
  #settle(invocation: Invocation, result: unknown): void | PromiseLike<void> {
    if (isSipError(result)) this.#fail(result);
    try {
      this.#context.afterHandler(this.#message, this.#handler);
      this.after?.();
    } catch (error) {
      this.#fail(error);
    }
    return endInvocation(invocation, this.#context);
  }

  /** Its session ended while the message waited for its turn: nobody is there any more (JSR 289 §6.2.4). */
  #refuse(): void {
    const request = this.#message;
    if (request instanceof ContainerSipServletRequest) request.incoming?.refuse(481);
  }

  /** What escapes a handler answers its request, for that call only. */
  #fail(failure: unknown): void {
    const isAnswer = isSipError(failure);
    if (!isAnswer) {
      this.#context.log.error(
        { error: failure, handler: this.#handler.label, callId: this.#message.callId },
        "a handler failed",
      );
    }
    const request = this.#message;
    if (!(request instanceof ContainerSipServletRequest) || request.incoming?.isOpen !== true) return;
    try {
      const status = statusOf(failure);
      const response = request.createResponse(status, isAnswer ? failure.reasonPhrase : undefined);
      if (isAnswer) addHeaders(response, failure.headers);
      response
        .send()
        .catch((reason: unknown) => this.#context.log.warn({ error: reason }, "the answer could not be sent"));
    } catch (reason) {
      this.#context.log.warn(
        { error: reason, handler: this.#handler.label },
        "the failed request could not be answered",
      );
    }
  }
}

function statusOf(error: unknown): number {
  const status = isSipError(error) || isServletError(error) || isEngineError(error) ? error.statusCode : undefined;
  return status !== undefined && status >= 300 ? status : 500;
}

function addHeaders(response: SipServletResponse, headers: Readonly<Record<string, string | readonly string[]>>): void {
  for (const [name, value] of Object.entries(headers)) {
    for (const each of typeof value === "string" ? [value] : value) response.addHeader(name, each);
  }
}
