import { isEngineError } from "@siplet/core";
import type { SipServletResponse } from "../api/object-model.js";
import { enterInvocation, Invocation } from "../concurrency/invocation.js";
import { endInvocation, isThenable } from "../concurrency/invocation-host.js";
import type { SessionWork } from "../concurrency/session-queue.js";
import { isSipError } from "../errors/sip-error.js";
import { isServletError } from "../errors/servlet-error.js";
import type { InvocationEnd, ObservedInvocation } from "../spi/container-observer.js";
import { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import { chooseHandler } from "./choose-handler.js";
import type { DeployedApplication } from "./deployed-application.js";
import type { DeliveredMessage, Handler } from "./handler.js";

/**
 * One message on its way to one handler, from the queue of its session to the end of the invocation. While it waits the
 * session stays, whatever the message before it has ended.
 */
export class HandlerInvocation implements SessionWork {
  readonly #session: ContainerSipSession;
  readonly #message: DeliveredMessage;
  readonly #application: DeployedApplication;
  #handler = unchosen;
  #failure: unknown;
  #observedEnd: InvocationEnd | undefined;
  /** Called once the handler has settled. */
  after: (() => void) | undefined;

  constructor(session: ContainerSipSession, message: DeliveredMessage, application: DeployedApplication) {
    this.#session = session;
    this.#message = message;
    this.#application = application;
    session.heldMessages += 1;
  }

  /** It will not run after all. */
  abandon(): void {
    this.#session.heldMessages -= 1;
  }

  run(): void | PromiseLike<void> {
    this.#session.heldMessages -= 1;
    if (!this.#session.isValid) return this.#refuse();
    this.#choose();
    const invocation = new Invocation(this.#session.applicationSession, this.#handler.label);
    const observed = this.#application.observers.isEmpty ? undefined : this.#observe();
    let result: unknown;
    try {
      result = enterInvocation(invocation, this.#application.followsAwait, () => this.#invoke(observed));
    } catch (error) {
      this.#fail(error);
    }
    if (!isThenable(result)) return this.#settle(invocation, result);
    const { stuckWatch } = this.#application;
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

  /** A predicate that throws fails as its handler would. */
  #choose(): void {
    try {
      this.#handler = chooseHandler(this.#application, this.#session, this.#message);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A returned `SipError` answers as a thrown one does. */
  #settle(invocation: Invocation, result: unknown): void | PromiseLike<void> {
    if (isSipError(result)) this.#fail(result);
    try {
      this.#application.afterHandler(this.#message, this.#handler);
      this.after?.();
    } catch (error) {
      this.#fail(error);
    }
    this.#observedEnd?.(this.#failure);
    return endInvocation(invocation, this.#application);
  }

  #observe(): ObservedInvocation {
    const { name: applicationName, observers } = this.#application;
    const applicationSessionId = this.#session.applicationSession.id;
    const observed = { applicationName, applicationSessionId, handler: this.#handler.label, message: this.#message };
    this.#observedEnd = observers.onInvocation(observed);
    return observed;
  }

  #invoke(observed: ObservedInvocation | undefined): unknown {
    if (observed === undefined) return this.#handler.invoke();
    return this.#application.observers.aroundInvocation(observed, () => this.#handler.invoke());
  }

  /**
   * Its session ended while the message waited for its turn: a user agent is not there any more, a proxy forwards without
   * its application (JSR 289 §6.2.4).
   */
  #refuse(): void {
    const request = this.#message;
    if (this.#session.role === "proxy") this.#application.afterHandler(request, this.#handler);
    else if (request instanceof ContainerSipServletRequest) request.incoming?.refuse(481);
    this.after?.();
  }

  /** What escapes a handler answers its request, for that call only. */
  #fail(failure: unknown): void {
    const isAnswer = isSipError(failure);
    if (!isAnswer) {
      this.#failure = failure;
      this.#application.log.error(
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
        .catch((reason: unknown) => this.#application.log.warn({ error: reason }, "the answer could not be sent"));
    } catch (reason) {
      this.#application.log.warn(
        { error: reason, handler: this.#handler.label },
        "the failed request could not be answered",
      );
    }
  }
}

const unchosen: Handler = { label: "the choice of a handler", invoke: () => undefined };

function statusOf(error: unknown): number {
  const status = isSipError(error) || isServletError(error) || isEngineError(error) ? error.statusCode : undefined;
  return status !== undefined && status >= 300 ? status : 500;
}

function addHeaders(response: SipServletResponse, headers: Readonly<Record<string, string | readonly string[]>>): void {
  for (const [name, value] of Object.entries(headers)) {
    for (const each of typeof value === "string" ? [value] : value) response.addHeader(name, each);
  }
}
