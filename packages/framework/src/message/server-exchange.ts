import {
  createResponse,
  createsDialog,
  Dialog,
  isEngineError,
  SuccessRetransmission,
  type EngineError,
  type ServerTransaction,
  type ServerTransactionUser,
  type SipRequest,
  type SipResponse,
  type SuccessRetransmissionUser,
} from "@siplet/core";
import type { SipServletRequest } from "../api/object-model.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { ServletError } from "../errors/servlet-error.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { Ongoing } from "../session/ongoing.js";
import type { ContainerSipServletResponse } from "./container-sip-servlet-response.js";
import type { Signalling } from "./signalling.js";

const taken: Promise<void> = Promise.resolve();

/** A request received by an application and its answers (JSR 289 §11.1). */
export class ServerExchange implements ServerTransactionUser, SuccessRetransmissionUser, Ongoing {
  readonly isServer = true;
  readonly transaction: ServerTransaction;
  readonly session: ContainerSipSession;
  /** The request as it came; the transaction lets go of it once it is answered. */
  readonly request: SipRequest;
  readonly sequenceNumber: number;
  readonly #signalling: Signalling;
  /** Told once the final response is on its way. */
  onFinal: (() => void) | undefined;
  #servletRequest: SipServletRequest | undefined;
  #final: ContainerSipServletResponse | undefined;
  #retransmission: SuccessRetransmission | undefined;

  constructor(transaction: ServerTransaction, session: ContainerSipSession, signalling: Signalling) {
    this.transaction = transaction;
    this.session = session;
    this.request = transaction.request;
    this.sequenceNumber = this.request.cseq.sequenceNumber;
    this.#signalling = signalling;
    transaction.user = this;
    session.begin(this);
  }

  get method(): string {
    return this.request.method;
  }

  get servletRequest(): SipServletRequest {
    if (this.#servletRequest !== undefined) return this.#servletRequest;
    throw new IllegalStateError("state.transaction", { detail: "the request was not yet handed to the application" });
  }

  set servletRequest(request: SipServletRequest) {
    this.#servletRequest = request;
  }

  /** The final response, once it was sent. */
  get finalResponse(): ContainerSipServletResponse | undefined {
    return this.#final;
  }

  /** Whether nothing final was sent, by the application or by the container. */
  get isOpen(): boolean {
    return this.#final === undefined && this.transaction.lastStatusCode < 200;
  }

  /** Sends a response of the application, state first, through the outbox. */
  respond(response: ContainerSipServletResponse): Promise<void> {
    if (!this.isOpen) {
      throw new IllegalStateError("state.transaction", {
        detail: `${response.status} to ${this.method}: a final response was already sent`,
      });
    }
    const message = response.state.response();
    response.state.commit();
    if (response.status >= 200) {
      this.#final = response;
      this.onFinal?.();
    }
    this.#updateSession(message);
    let failure: unknown;
    this.session.applicationSession.outbox.post({
      transmit: () => (failure = this.#transmit(message)),
      discard: (reason) => (failure = reason),
    });
    return failure === undefined ? taken : Promise.reject(ioError(failure));
  }

  /** The ACK of a 2xx came (RFC 3261 §13.3.1.4). Tells whether it is the first. */
  receiveAck(): boolean {
    if (this.#retransmission === undefined) return false;
    this.#retransmission.stop();
    this.#retransmission = undefined;
    this.#end();
    return true;
  }

  /** Somebody else answered: a proxy forwarded the final response. */
  completeElsewhere(): void {
    this.onFinal?.();
    this.#end();
  }

  /** Answers for a session that is not there any more. */
  refuse(status: number): void {
    if (!this.isOpen) return;
    this.transaction.respond(createResponse(this.request, status, { toTag: this.session.localTag }).build());
    this.session.end(this);
  }

  /** A CANCEL came in time: 487 is the answer. JSR 289 §11.2.3 */
  cancel(terminated: ContainerSipServletResponse): void {
    void this.respond(terminated);
  }

  /** The response could not leave; the transaction stays and the peer asks again (RFC 6026 §8.8). */
  onTransportError(error: EngineError): void {
    this.#signalling.log.warn({ error, callId: this.session.callId }, "a response could not be sent");
  }

  onSuccessRepeat(): void {
    const response = this.#final?.state.response();
    if (response !== undefined && this.transaction.state === "accepted") this.transaction.respond(response);
  }

  onSuccessUnacknowledged(): void {
    this.#retransmission = undefined;
    this.#end();
    if (this.#final !== undefined) {
      this.#signalling.deliveries.reportMissingAck(this.servletRequest, this.#final, this.session);
    }
  }

  #transmit(message: SipResponse): unknown {
    try {
      this.transaction.respond(message);
    } catch (error) {
      return error;
    }
    if (!message.isProvisional) this.#finish(message);
    return undefined;
  }

  /** A 2xx to INVITE is over with its ACK, everything else with the final response. */
  #finish(message: SipResponse): void {
    if (this.method !== "INVITE" || !message.isSuccess) return this.#end();
    const { clock, timers } = this.#signalling;
    this.#retransmission = new SuccessRetransmission({ clock, timers, user: this });
  }

  /** The transaction lives on for half a minute to answer repeats; nothing of the session may hang on it. */
  #end(): void {
    this.session.end(this);
    this.transaction.user = undefined;
  }

  /** Dialog and session state follow what is sent (JSR 289 §6.2.1). */
  #updateSession(message: SipResponse): void {
    const { session, method } = this;
    const { statusCode } = message;
    session.touch();
    if (statusCode === 100) return;
    if (session.dialog !== undefined && message.isSuccess) session.dialog.refreshTarget(this.request);
    if (method === "BYE" && statusCode >= 200) return session.moveTo("TERMINATED");
    if (!createsDialog(method) || session.dialogState === "TERMINATED") return;
    if (statusCode < 300) this.#establish(message);
    else if (session.dialogState !== "CONFIRMED") session.moveTo("TERMINATED");
  }

  #establish(message: SipResponse): void {
    const { session } = this;
    if (session.dialog === undefined) session.enterDialog(Dialog.ofServer(this.request, message));
    else if (message.isSuccess) session.dialog.confirm(message);
    if (session.dialogState !== "CONFIRMED") session.moveTo(message.isSuccess ? "CONFIRMED" : "EARLY");
  }
}

function ioError(cause: unknown): ServletError {
  const detail = isEngineError(cause) ? cause.message : String(cause);
  return new ServletError("servlet.io", { detail, cause });
}
