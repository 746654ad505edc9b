import {
  createsDialog,
  Dialog,
  isEngineError,
  ResponseBuilder,
  SipRequest,
  type ClientTransaction,
  type EngineError,
  type RequestBuilder,
  type SentRequest,
  type SentRequestUser,
  type SipResponse,
} from "@siplet/core";
import type { SipServletRequest, SipServletResponse } from "../api/object-model.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { ServletError } from "../errors/servlet-error.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { Ongoing } from "../session/ongoing.js";
import { contactValue } from "./contact.js";
import { ContainerSipServletRequest, type OutgoingEnd } from "./container-sip-servlet-request.js";
import { ContainerSipServletResponse, type ResponseEnd } from "./container-sip-servlet-response.js";
import { MessageState } from "./message-state.js";
import type { Signalling } from "./signalling.js";

const taken: Promise<void> = Promise.resolve();

/** A request sent by an application and its answers (JSR 289 §11.1). */
export class ClientExchange implements SentRequestUser, Ongoing, OutgoingEnd, ResponseEnd {
  readonly isServer = false;
  readonly method: string;
  readonly session: ContainerSipSession;
  readonly #signalling: Signalling;
  #servletRequest: ContainerSipServletRequest | undefined;
  #sent: SentRequest | undefined;
  #final: ContainerSipServletResponse | undefined;
  /** The ACK sent for the 2xx of a session, by the session's own tag of the peer: sent again for each repeat. */
  readonly #acknowledged = new Map<string, () => void>();

  constructor(method: string, session: ContainerSipSession, signalling: Signalling) {
    this.method = method;
    this.session = session;
    this.#signalling = signalling;
  }

  get servletRequest(): ContainerSipServletRequest {
    if (this.#servletRequest !== undefined) return this.#servletRequest;
    throw new IllegalStateError("state.transaction", { detail: "the request was not yet sent" });
  }

  get sequenceNumber(): number {
    return this.servletRequest.sequenceNumber;
  }

  get finalResponse(): SipServletResponse | undefined {
    return this.#final;
  }

  /** Sends the request: through the outbox, by RFC 3263. */
  send(request: ContainerSipServletRequest): Promise<void> {
    this.#servletRequest = request;
    const builder = request.state.draft();
    request.state.commit();
    this.session.begin(this);
    this.session.touch();
    let failure: unknown;
    this.session.applicationSession.outbox.post({
      transmit: () => (failure = this.#transmit(builder as RequestBuilder)),
      discard: (reason) => (failure = reason),
    });
    return failure === undefined ? taken : Promise.reject(ioError(failure));
  }

  createCancel(request: ContainerSipServletRequest): SipServletRequest {
    if (this.#sent === undefined || this.#final !== undefined) {
      throw new IllegalStateError("state.transaction", {
        detail: "the INVITE was not sent or already has its final answer",
      });
    }
    const cancel = request.state.request();
    const sent = this.#sent;
    return new ContainerSipServletRequest({
      state: new MessageState(cancel),
      session: this.session,
      method: "CANCEL",
      isInitial: false,
      outgoing: {
        finalResponse: undefined,
        createCancel: (other) => this.createCancel(other),
        send: (message) => {
          message.state.commit();
          sent.cancel();
          return taken;
        },
      },
    });
  }

  respond(): Promise<void> {
    throw new IllegalStateError("state.transaction", { detail: "a received response is not sent" });
  }

  /** The ACK of a 2xx: built by the dialog, sent once by the application and again for each repeat. RFC 3261 §13.2.2.4 */
  createAck(response: ContainerSipServletResponse): SipServletRequest {
    const tag = response.state.response().toTag ?? "";
    const { dialog } = response.session;
    if (dialog === undefined || this.#acknowledged.has(tag)) {
      throw new IllegalStateError("state.transaction", { detail: "the ACK was already made" });
    }
    const ack = dialog.createAck(this.servletRequest.state.request());
    this.#acknowledged.set(tag, () => {});
    response.state.commit();
    return new ContainerSipServletRequest({
      state: new MessageState(ack),
      session: response.session,
      method: "ACK",
      isInitial: false,
      acknowledgedResponse: response,
      outgoing: {
        finalResponse: undefined,
        createCancel: (other) => this.createCancel(other),
        send: (message) => this.#sendAck(tag, message),
      },
    });
  }

  onResponse(response: SipResponse, transaction: ClientTransaction): void {
    if (response.statusCode === 100) return;
    const tag = response.toTag ?? "";
    const repeatAck = response.isSuccess ? this.#acknowledged.get(tag) : undefined;
    if (repeatAck !== undefined) return repeatAck();
    this.#deliver(response, transaction);
  }

  onTimeout(transaction: ClientTransaction): void {
    this.#deliver(localResponse(transaction.request, 408), transaction);
  }

  onTransportError(_error: EngineError, transaction: ClientTransaction): void {
    this.#deliver(localResponse(transaction.request, 503), transaction);
  }

  onNotSent(_error: EngineError): void {
    this.#deliver(localResponse(this.servletRequest.state.request(), 503));
  }

  #transmit(builder: RequestBuilder): unknown {
    try {
      this.#sent = this.#signalling.sender.send(builder, this, {
        onConnection: (draft, connection) => {
          if (needsContact(draft))
            draft.addText("Contact", contactValue(connection, draft.requestUriText.startsWith("sips:")));
        },
      });
      return undefined;
    } catch (error) {
      this.session.end(this);
      return error;
    }
  }

  #deliver(response: SipResponse, transaction?: ClientTransaction): void {
    const session = this.#sessionOf(response);
    session.touch();
    this.#updateSession(session, response, transaction?.request ?? this.servletRequest.state.request());
    const servletResponse = new ContainerSipServletResponse({
      state: new MessageState(response, transaction?.connection),
      session,
      request: this.servletRequest,
      status: response.statusCode,
      reasonPhrase: response.reasonPhrase,
      isOutgoing: false,
      end: this,
    });
    if (!response.isSuccess || this.method !== "INVITE") servletResponse.state.commit();
    if (!response.isProvisional) {
      this.#final = servletResponse;
      this.session.end(this);
    }
    this.#signalling.deliveries.deliverResponse(servletResponse, session);
  }

  /** The session of the dialog a response belongs to. */
  #sessionOf(_response: SipResponse): ContainerSipSession {
    return this.session;
  }

  #updateSession(session: ContainerSipSession, response: SipResponse, request: SipRequest): void {
    const { statusCode } = response;
    if (session.dialog !== undefined && response.isSuccess) session.dialog.refreshTarget(response);
    if (this.method === "BYE" && statusCode >= 200) return session.moveTo("TERMINATED");
    if (!createsDialog(this.method)) return;
    if (statusCode >= 300) {
      if (session.dialogState === "EARLY") session.moveTo("INITIAL");
      return;
    }
    if (response.toTag === undefined) return;
    if (session.dialog === undefined) session.enterDialog(Dialog.ofClient(request, response));
    else if (response.isSuccess) session.dialog.confirm(response);
    if (session.dialogState !== "CONFIRMED") session.moveTo(response.isSuccess ? "CONFIRMED" : "EARLY");
  }

  #sendAck(tag: string, message: ContainerSipServletRequest): Promise<void> {
    const ack = message.state.request();
    message.state.commit();
    const transmit = (): void => this.#signalling.sender.sendAck(ack);
    this.#acknowledged.set(tag, transmit);
    this.session.applicationSession.outbox.post({ transmit, discard: () => {} });
    return taken;
  }
}

function needsContact(draft: RequestBuilder): boolean {
  return createsDialog(draft.method) && !draft.has("Contact");
}

/** What a timeout or a failed transport counts as (RFC 3261 §8.1.3.1). */
function localResponse(request: SipRequest, status: number): SipResponse {
  const builder = new ResponseBuilder(status);
  for (const field of request.fields) {
    if (["via", "from", "to", "call-id", "cseq"].includes(field.key)) builder.addField(field);
  }
  return builder.build();
}

function ioError(cause: unknown): ServletError {
  return new ServletError("servlet.io", { detail: isEngineError(cause) ? cause.message : String(cause), cause });
}
