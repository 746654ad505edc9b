import {
  createLocalResponse,
  createsDialog,
  Dialog,
  InviteClient,
  refreshesTarget,
  RequestBuilder,
  responseNumberOf,
  type ClientTransaction,
  type Connection,
  type EngineError,
  type InviteClientBranch,
  type InviteClientUser,
  type SendRequestOptions,
  type SentRequest,
  type SentRequestUser,
  type SipRequest,
  type SipResponse,
} from "@siplet/core";
import type { InviteBranch, SipServletRequest, SipServletResponse, SipSession } from "../api/object-model.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { Ongoing } from "../session/ongoing.js";
import { contactValue, mergeContact } from "./contact.js";
import { ContainerInviteBranch } from "./container-invite-branch.js";
import { negotiatesTimer } from "./container-session-keep-alive.js";
import { ContainerSipServletRequest, type OutgoingEnd } from "./container-sip-servlet-request.js";
import { ContainerSipServletResponse, type ResponseEnd } from "./container-sip-servlet-response.js";
import { ioError } from "./io-error.js";
import { MessageState } from "./message-state.js";
import { completeRequest, failRequest } from "./session-outcome.js";
import { deriveSession, existingUsage, requireNotTerminating, usageOf } from "./session-usage.js";
import type { Signalling } from "./signalling.js";

const taken: Promise<void> = Promise.resolve();

/** Takes the answers to a request of the container itself. */
export type AnswerCallback = (response: SipServletResponse) => void;

/** How a request is sent. */
export interface ClientExchangeParts {
  readonly method: string;
  readonly session: ContainerSipSession;
  readonly signalling: Signalling;
  /** Takes the answers instead of the application. */
  readonly onAnswer?: AnswerCallback | undefined;
}

/** One dialog of the INVITE and the session it is. */
interface Fork {
  readonly session: ContainerSipSession;
  readonly branch: ContainerInviteBranch;
  engine: InviteClientBranch;
  isAcknowledged: boolean;
}

/**
 * A request sent by an application and its answers (JSR 289 §11.1). An INVITE is worked by the engine's INVITE client; each
 * dialog it makes is a session: the first the one it was sent in, the others derived from that (JSR 289 §6.2.3.2).
 */
export class ClientExchange implements SentRequestUser, InviteClientUser, Ongoing, OutgoingEnd, ResponseEnd {
  readonly isServer = false;
  readonly method: string;
  readonly session: ContainerSipSession;
  readonly #signalling: Signalling;
  readonly #onAnswer: AnswerCallback | undefined;
  #servletRequest: ContainerSipServletRequest | undefined;
  #invite: InviteClient | undefined;
  #connection: Connection | undefined;
  #final: ContainerSipServletResponse | undefined;
  /** By the peer's tag. */
  #forks: Map<string, Fork> | undefined;

  constructor({ method, session, signalling, onAnswer }: ClientExchangeParts) {
    this.method = method;
    this.session = session;
    this.#signalling = signalling;
    this.#onAnswer = onAnswer;
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

  branchOf(session: SipSession): InviteBranch | undefined {
    return this.#forkOf(session)?.branch;
  }

  /** Sends the request: through the outbox, by RFC 3263. */
  send(request: ContainerSipServletRequest): Promise<void> {
    const { session } = this;
    this.#requireSendable();
    this.#servletRequest = request;
    const builder = request.state.draft() as RequestBuilder;
    this.#negotiate(request, builder);
    request.state.commit();
    if (session.dialog === undefined) session.lastRequestUri = builder.requestUriText;
    if (isSubscriber(this.method)) session.findBy(session.callId, session.localTag, "");
    session.begin(this);
    session.touch();
    return this.#post(
      session,
      () => this.#transmit(builder),
      () => session.end(this),
    );
  }

  createCancel(request: ContainerSipServletRequest): SipServletRequest {
    if (this.#invite === undefined || this.#final !== undefined) {
      throw new IllegalStateError("state.transaction", {
        detail: "the INVITE was not sent or already has its final answer",
      });
    }
    const invite = this.#invite;
    return new ContainerSipServletRequest({
      state: new MessageState(cancelOf(request.state.request())),
      session: this.session,
      method: "CANCEL",
      isInitial: false,
      outgoing: this.#once((message) => {
        const reasons = message.state.request().fieldsOf("reason");
        return this.#post(this.session, () => invite.cancel(reasons));
      }),
    });
  }

  respond(): Promise<void> {
    throw new IllegalStateError("state.transaction", { detail: "a received response is not sent" });
  }

  /** The ACK of a 2xx: built by the dialog, sent once by the application and again for each repeat. RFC 3261 §13.2.2.4 */
  createAck(response: ContainerSipServletResponse): SipServletRequest {
    const fork = this.#forkOf(response.session);
    if (fork === undefined || fork.isAcknowledged) {
      throw new IllegalStateError("state.transaction", { detail: "the ACK was already made" });
    }
    const ack = fork.engine.createAck();
    fork.isAcknowledged = true;
    response.state.commit();
    return new ContainerSipServletRequest({
      state: new MessageState(ack),
      session: fork.session,
      method: "ACK",
      isInitial: false,
      acknowledgedResponse: response,
      outgoing: this.#once((message) => this.#sendAck(fork, message)),
    });
  }

  /** The PRACK of a reliable provisional response. RFC 3262 §4 */
  createPrack(response: ContainerSipServletResponse): SipServletRequest {
    const fork = this.#forkOf(response.session);
    if (fork?.branch.acknowledge(response.provisionalResponseId) === undefined) {
      throw new IllegalStateError("state.transaction", {
        detail: "the PRACK was already made, or the INVITE has ended",
      });
    }
    const prack = fork.engine.createPrack(response.state.response());
    response.state.commit();
    const { signalling, session } = { signalling: this.#signalling, session: fork.session };
    return new ContainerSipServletRequest({
      state: new MessageState(prack),
      session,
      method: "PRACK",
      isInitial: false,
      acknowledgedResponse: response,
      outgoing: new ClientExchange({ method: "PRACK", session, signalling }),
    });
  }

  onResponse(response: SipResponse, transaction: ClientTransaction): void {
    this.#connection = transaction.connection;
    if (this.#invite !== undefined) this.#invite.onResponse(response, transaction);
    else if (response.statusCode !== 100) this.#receive(response, transaction.request);
  }

  onTimeout(transaction: ClientTransaction): void {
    if (this.#invite !== undefined) this.#invite.onTimeout(transaction);
    else this.#receive(createLocalResponse(transaction.request, 408), transaction.request);
  }

  onTransportError(error: EngineError, transaction: ClientTransaction): void {
    if (this.#invite !== undefined) this.#invite.onTransportError(error, transaction);
    else this.#receive(createLocalResponse(transaction.request, 503), transaction.request);
  }

  onNotSent(error: EngineError, sent: SentRequest): void {
    if (this.#invite !== undefined) this.#invite.onNotSent(error, sent);
    else this.#receive(createLocalResponse(sent.request, error.statusCode ?? 503), sent.request);
  }

  /** Nothing can come any more. */
  onTerminated(transaction: ClientTransaction): void {
    this.#invite?.onTerminated(transaction);
    if (this.#final === undefined) return;
    for (const fork of this.#forks?.values() ?? []) this.#leave(fork.session);
  }

  onProvisional(response: SipResponse, branch: InviteClientBranch | undefined): void {
    const fork = branch === undefined ? undefined : this.#forkFor(branch);
    const session = fork?.session ?? this.session;
    if (branch !== undefined && session.dialogState === "INITIAL") session.moveTo("EARLY");
    const servletResponse = this.#wrap(response, session);
    if (responseNumberOf(response) === undefined) servletResponse.state.commit();
    else fork?.branch.expectPrack(servletResponse);
    this.#deliver(servletResponse, session);
  }

  onSuccess(response: SipResponse, branch: InviteClientBranch): void {
    const fork = this.#forkFor(branch);
    const { session } = fork;
    session.hasInviteUsage = true;
    if (session.dialogState !== "TERMINATED") session.moveTo("CONFIRMED");
    const servletResponse = this.#wrap(response, session);
    this.#final ??= servletResponse;
    fork.branch.complete(servletResponse);
    existingUsage(session)?.existingTimer?.receiveResponse(response);
    this.#deliver(servletResponse, session);
  }

  /** The whole INVITE failed: every early dialog of it is over (JSR 289 §6.2.1). */
  onFailure(response: SipResponse, invite: InviteClient): void {
    const servletResponse = this.#wrap(response, this.session);
    servletResponse.state.commit();
    this.#final = servletResponse;
    for (const fork of this.#forks?.values() ?? []) {
      fork.branch.complete(servletResponse);
      if (fork.session === this.session) continue;
      this.#returnToStart(fork.session);
      this.#leave(fork.session);
    }
    this.#fail(response, invite.request);
    this.session.end(this);
    this.#deliver(servletResponse, this.session);
  }

  /** Another dialog was answered, or a 199 ended this one. */
  onBranchEnded(branch: InviteClientBranch): void {
    const fork = this.#forks?.get(branch.dialog.remoteTag);
    if (fork === undefined) return;
    this.#returnToStart(fork.session);
    if (fork.session !== this.session || this.#final !== undefined) this.#leave(fork.session);
  }

  #requireSendable(): void {
    const { session, method } = this;
    requireNotTerminating(session);
    if (session.dialogState === "TERMINATED") {
      throw new IllegalStateError("state.dialog", { detail: `${method}: session ${session.id} is TERMINATED` });
    }
    if (method !== "INVITE" || session.dialog === undefined) return;
    const pending = session.ongoing.some(
      (each) => each.method === "INVITE" && (each.isServer || each.servletRequest.finalResponse === undefined),
    );
    if (!pending) return;
    throw new IllegalStateError("state.transaction", {
      detail: "another INVITE of this dialog is not over (RFC 3261 §14.1)",
    });
  }

  #negotiate(request: ContainerSipServletRequest, builder: RequestBuilder): void {
    if (!negotiatesTimer(this.method)) return;
    const preference = request.existingKeepAlivePreference;
    const running = existingUsage(this.session)?.existingTimer?.isRunning === true;
    if (preference?.enabled ?? running) {
      const { timer } = usageOf(this.session);
      timer.prepareRequest(builder, request.sessionKeepAlivePreference);
      timer.noteDescription(builder.body, builder.getText("Content-Type"));
    }
  }

  #transmit(builder: RequestBuilder): void {
    const { sender } = this.#signalling;
    const options = this.#options();
    if (this.method !== "INVITE") {
      const sent = sender.send(builder, this, options);
      if (isSubscriber(this.method)) usageOf(this.session).sentSubscribe = sent.request;
      return;
    }
    this.#invite = new InviteClient({
      context: this.#signalling,
      sender: {
        send: (draft, _user, each) => sender.send(draft, this, each),
        sendAck: (ack, each) => sender.sendAck(ack, each),
      },
      user: this,
      dialog: this.session.dialog,
      options,
    });
    this.#invite.start(builder);
  }

  #options(): SendRequestOptions {
    const from = existingUsage(this.session)?.outbound;
    return { ...(from !== undefined && { from }), onConnection: addContact };
  }

  /** A response to anything but INVITE. */
  #receive(response: SipResponse, request: SipRequest): void {
    const session = this.#follow(response, request);
    const servletResponse = this.#wrap(response, session);
    servletResponse.state.commit();
    if (!response.isProvisional) {
      this.#final = servletResponse;
      this.session.end(this);
    }
    this.#deliver(servletResponse, session);
  }

  /** Dialog and state of the session by a response to anything but INVITE (JSR 289 §6.2.1). */
  #follow(response: SipResponse, request: SipRequest): ContainerSipSession {
    const { session, method } = this;
    session.touch();
    if (response.statusCode >= 300) this.#fail(response, request);
    else if (createsDialog(method) && request.toTag === undefined && response.toTag !== undefined)
      this.#establish(response, request);
    if (response.isProvisional) return session;
    if (response.isSuccess) {
      session.dialog?.refreshTarget(response);
      if (method === "UPDATE") existingUsage(session)?.existingTimer?.receiveResponse(response);
    }
    completeRequest(session, request, response.statusCode, false);
    return session;
  }

  #establish(response: SipResponse, request: SipRequest): void {
    const { session } = this;
    if (session.dialog === undefined) session.enterDialog(Dialog.ofClient(request, response));
    else if (response.isSuccess) session.dialog.confirm(response);
    if (session.dialogState === "INITIAL" || (session.dialogState === "EARLY" && response.isSuccess)) {
      session.moveTo(response.isSuccess ? "CONFIRMED" : "EARLY");
    }
  }

  #fail(response: SipResponse, request: SipRequest | undefined): void {
    const { session } = this;
    const { statusCode } = response;
    session.touch();
    if (negotiatesTimer(this.method)) existingUsage(session)?.existingTimer?.receiveResponse(response);
    if (createsDialog(this.method) && request?.toTag === undefined) this.#returnToStart(session);
    if (statusCode === 401 || statusCode === 407) session.expectRetry();
    if (request !== undefined) failRequest(session, request, statusCode);
  }

  /** Its early dialog is over: the session may try again (JSR 289 §6.2.1). */
  #returnToStart(session: ContainerSipSession): void {
    if (session.dialogState !== "EARLY") return;
    session.leaveDialog();
    session.moveTo("INITIAL");
  }

  /** A session that hears nothing more of this request. */
  #leave(session: ContainerSipSession): void {
    session.end(this);
    if (session.isValid) this.#signalling.deliveries.settle(session);
  }

  #forkOf(session: SipSession): Fork | undefined {
    for (const fork of this.#forks?.values() ?? []) if (fork.session === session) return fork;
    return undefined;
  }

  /** The fork of a dialog: the first is this session, later ones are derived. */
  #forkFor(engine: InviteClientBranch): Fork {
    const forks = (this.#forks ??= new Map<string, Fork>());
    const tag = engine.dialog.remoteTag;
    const known = forks.get(tag);
    if (known !== undefined) {
      if (known.engine !== engine) this.#revive(known, engine);
      known.session.touch();
      return known;
    }
    const session = forks.size === 0 ? this.session : this.#derive();
    const fork = { session, branch: new ContainerInviteBranch(session, this), engine, isAcknowledged: false };
    forks.set(tag, fork);
    if (session.dialog === undefined) session.enterDialog(engine.dialog);
    session.touch();
    return fork;
  }

  #derive(): ContainerSipSession {
    const derived = deriveSession(this.session, this.session.localTag, this.#signalling);
    derived.begin(this);
    return derived;
  }

  /** A 2xx of a dialog that was given up. */
  #revive(fork: Fork, engine: InviteClientBranch): void {
    fork.engine = engine;
    fork.session.enterDialog(engine.dialog);
  }

  #wrap(response: SipResponse, session: ContainerSipSession): ContainerSipServletResponse {
    return new ContainerSipServletResponse({
      state: new MessageState(response, this.#connection),
      session,
      request: this.servletRequest,
      status: response.statusCode,
      reasonPhrase: response.reasonPhrase,
      isOutgoing: false,
      end: this,
    });
  }

  #deliver(response: ContainerSipServletResponse, session: ContainerSipSession): void {
    const { deliveries } = this.#signalling;
    const termination = existingUsage(session)?.termination;
    const onAnswer = this.#onAnswer ?? (termination && ((answer) => termination.receiveResponse(answer)));
    if (onAnswer === undefined) deliveries.deliverResponse(response, session);
    else deliveries.runInSession(session, `${response.status} to ${this.method}`, () => onAnswer(response));
  }

  #sendAck(fork: Fork, message: ContainerSipServletRequest): Promise<void> {
    const ack = message.state.request();
    const { session } = fork;
    existingUsage(session)?.existingTimer?.noteDescription(ack.body, ack.field("content-type")?.text);
    return this.#post(session, () => {
      fork.engine.sendAck(ack);
      session.end(this);
    });
  }

  /** What is sent once and has no answer of its own. */
  #once(send: (message: ContainerSipServletRequest) => Promise<void>): OutgoingEnd {
    return {
      finalResponse: undefined,
      createCancel: (request) => this.createCancel(request),
      send: (message) => {
        requireNotTerminating(message.session);
        message.state.commit();
        return send(message);
      },
    };
  }

  /** Gives a message to the outbox; what cannot leave at once is a failure of `send`. */
  #post(session: ContainerSipSession, transmit: () => void, onFailure?: () => void): Promise<void> {
    let failure: unknown;
    const fail = (reason: unknown): void => {
      failure = reason;
      onFailure?.();
    };
    session.applicationSession.outbox.post({
      transmit: () => {
        try {
          transmit();
        } catch (error) {
          fail(error);
        }
      },
      discard: fail,
    });
    return failure === undefined ? taken : Promise.reject(ioError(failure));
  }
}

/** Whether the answer to this method may be followed by a NOTIFY that makes the dialog (RFC 6665 §4.4.1). */
function isSubscriber(method: string): boolean {
  return method === "SUBSCRIBE" || method === "REFER";
}

/** The CANCEL as the application sees it; only what it adds of Reason goes out, the rest is the engine's (RFC 3261 §9.1). */
function cancelOf(invite: SipRequest): RequestBuilder {
  const cancel = new RequestBuilder("CANCEL", invite.requestUriText);
  for (const field of invite.fields) {
    if (["route", "from", "to", "call-id", "max-forwards"].includes(field.key)) cancel.addField(field);
  }
  return cancel.addText("CSeq", `${invite.cseq.sequenceNumber} CANCEL`);
}

/** Tells the peer where we are, by the connection the request takes. */
function addContact(draft: RequestBuilder, connection: Connection): void {
  if (!(createsDialog(draft.method) || refreshesTarget(draft.method))) return;
  const wanted = draft.getText("Contact");
  const own = contactValue(connection, draft.requestUriText.startsWith("sips:"));
  if (wanted === undefined) draft.addText("Contact", own);
  else draft.remove("Contact").addText("Contact", mergeContact(own, wanted));
}
