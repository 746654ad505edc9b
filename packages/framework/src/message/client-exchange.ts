import {
  type RequestBuilder,
  createLocalResponse,
  createsDialog,
  InviteClient,
  responseNumberOf,
  type ClientTransaction,
  type Connection,
  type EngineError,
  type InviteClientBranch,
  type InviteClientUser,
  type SentRequest,
  type SentRequestUser,
  type SipRequest,
  type SipResponse,
} from "@siplet/core";
import type { InviteBranch, SipServletRequest, SipServletResponse, SipSession } from "../api/object-model.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { Lingering } from "../session/lingering.js";
import type { Ongoing } from "../session/ongoing.js";
import { ClientForks, type ClientFork } from "./client-forks.js";
import { negotiatesTimer } from "./container-session-keep-alive.js";
import { ContainerSipServletRequest, type OutgoingEnd } from "./container-sip-servlet-request.js";
import { ContainerSipServletResponse, type ResponseEnd } from "./container-sip-servlet-response.js";
import { MessageState } from "./message-state.js";
import { cancelOf, isSubscriber } from "./outgoing-request.js";
import { postMessage } from "./post-message.js";
import { followRegistration } from "./registration-flow.js";
import { failureOn, routerOf, wayOf } from "./request-way.js";
import { requireSendable } from "./sending-rules.js";
import { completeRequest, establishByResponse, failRequest, returnToStart } from "./session-outcome.js";
import { existingUsage, requireNotTerminating, usageOf } from "./session-usage.js";
import type { Signalling } from "./signalling.js";

/** Takes the answers to a request of the container itself. */
export type AnswerCallback = (response: SipServletResponse) => void;

/** How a request is sent. */
export interface ClientExchangeParts {
  readonly method: string;
  readonly session: ContainerSipSession;
  readonly signalling: Signalling;
  /** Takes the answers instead of the application. */
  readonly onAnswer?: AnswerCallback | undefined;
  /** The connection to take, whatever the URIs say. */
  readonly via?: Connection | undefined;
}

/**
 * A request sent by an application and its answers (JSR 289 §11.1). An INVITE is worked by the engine's INVITE client; each
 * dialog it makes is a session: the first the one it was sent in, the others derived from that (JSR 289 §6.2.3.2).
 */
export class ClientExchange implements SentRequestUser, InviteClientUser, Ongoing, OutgoingEnd, ResponseEnd, Lingering {
  readonly isServer = false;
  readonly method: string;
  readonly session: ContainerSipSession;
  readonly #signalling: Signalling;
  readonly #onAnswer: AnswerCallback | undefined;
  /** What it has to take, whatever its URIs say. */
  #flow: Connection | undefined;
  #servletRequest: ContainerSipServletRequest | undefined;
  #sent: SentRequest | undefined;
  #invite: InviteClient | undefined;
  #connection: Connection | undefined;
  #final: ContainerSipServletResponse | undefined;
  #forks: ClientForks | undefined;

  constructor({ method, session, signalling, onAnswer, via }: ClientExchangeParts) {
    this.method = method;
    this.session = session;
    this.#signalling = signalling;
    this.#onAnswer = onAnswer;
    this.#flow = via;
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
    return this.#forks?.of(session)?.branch;
  }

  /** Sends the request: through the outbox, by RFC 3263. */
  send(request: ContainerSipServletRequest): Promise<void> {
    const { session } = this;
    requireSendable(session, this.method);
    this.#servletRequest = request;
    const builder = request.state.draft() as RequestBuilder;
    this.#negotiate(request, builder);
    request.state.commit();
    if (session.dialog === undefined) session.lastRequestUri = builder.requestUriText;
    if (isSubscriber(this.method)) session.findBy(session.callId, session.localTag, "");
    session.begin(this);
    session.applicationSession.touch();
    return postMessage(
      session,
      () => this.#transmit(builder),
      () => session.end(this),
    );
  }

  createCancel(request: ContainerSipServletRequest): SipServletRequest {
    if (this.#servletRequest === undefined || this.#final !== undefined) {
      throw new IllegalStateError("state.transaction", {
        detail: "the INVITE was not sent or already has its final answer",
      });
    }
    return new ContainerSipServletRequest({
      state: new MessageState(cancelOf(request.state.request())),
      session: this.session,
      method: "CANCEL",
      isInitial: false,
      outgoing: this.#once((message) => {
        const reasons = message.state.request().fieldsOf("reason");
        return postMessage(this.session, () => this.#invite?.cancel(reasons));
      }),
    });
  }

  respond(): Promise<void> {
    throw new IllegalStateError("state.transaction", { detail: "a received response is not sent" });
  }

  /** The ACK of a 2xx: built by the dialog, sent once by the application and again for each repeat. RFC 3261 §13.2.2.4 */
  createAck(response: ContainerSipServletResponse): SipServletRequest {
    const fork = this.#forks?.of(response.session);
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
    const fork = this.#forks?.of(response.session);
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
    if (this.session.role !== "proxy") this.session.lastConnection = transaction.connection;
    if (!this.session.applicationSession.isOpen) return;
    if (this.#invite !== undefined) this.#invite.onResponse(response, transaction);
    else if (response.statusCode !== 100) this.#receive(response, transaction.request);
  }

  onTimeout(transaction: ClientTransaction): void {
    if (this.#invite !== undefined) this.#invite.onTimeout(transaction);
    else this.#receive(createLocalResponse(transaction.request, 408), transaction.request);
  }

  onTransportError(error: EngineError, transaction: ClientTransaction): void {
    const failure = failureOn(this.#flow, error);
    if (this.#invite !== undefined) return this.#invite.onTransportError(failure, transaction);
    const status = failure.code === "transport.flow" ? 430 : 503;
    this.#receive(createLocalResponse(transaction.request, status), transaction.request);
  }

  onNotSent(error: EngineError, sent: SentRequest): void {
    if (this.#invite !== undefined) this.#invite.onNotSent(error, sent);
    else this.#receive(createLocalResponse(sent.request, error.statusCode ?? 503), sent.request);
  }

  /** Nothing can come any more. */
  onTerminated(transaction: ClientTransaction): void {
    this.session.applicationSession.depart(this);
    this.#invite?.onTerminated(transaction);
    if (this.#final === undefined) return;
    for (const fork of this.#forks?.all ?? []) this.#leave(fork.session);
  }

  /** Further 2xx may come, but nobody is left who could take them. */
  onSessionOver(): void {
    this.#sent?.releaseUser();
  }

  onProvisional(response: SipResponse, branch: InviteClientBranch | undefined): void {
    const fork = branch === undefined ? undefined : this.#take(branch);
    const session = fork?.session ?? this.session;
    if (branch !== undefined && session.dialogState === "INITIAL") session.moveTo("EARLY");
    const servletResponse = this.#wrap(response, session);
    if (responseNumberOf(response) === undefined) servletResponse.state.commit();
    else fork?.branch.expectPrack(servletResponse);
    this.#deliver(servletResponse, session);
  }

  onSuccess(response: SipResponse, branch: InviteClientBranch): void {
    const fork = this.#take(branch);
    const { session } = fork;
    session.hasInviteUsage = true;
    if (session.dialogState !== "TERMINATED") session.moveTo("CONFIRMED");
    const servletResponse = this.#wrap(response, session);
    const { applicationSession } = this.session;
    if (this.#final === undefined && applicationSession.isOpen) applicationSession.linger(this);
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
    for (const fork of this.#forks?.all ?? []) {
      fork.branch.complete(servletResponse);
      if (fork.session === this.session) continue;
      returnToStart(fork.session);
      this.#leave(fork.session);
    }
    this.#fail(response, invite.request);
    this.session.end(this);
    this.#deliver(servletResponse, this.session);
    this.#sent?.releaseUser();
  }

  /** Another dialog was answered, or a 199 ended this one. */
  onBranchEnded(branch: InviteClientBranch): void {
    const fork = this.#forks?.find(branch);
    if (fork === undefined) return;
    returnToStart(fork.session);
    if (fork.session !== this.session || this.#final !== undefined) this.#leave(fork.session);
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
    const options = { ...wayOf(this.session, this.#flow), route: routerOf(this.servletRequest, this.#signalling) };
    this.#flow = options.connection;
    if (this.method !== "INVITE") {
      const sent = sender.send(builder, this, options);
      if (isSubscriber(this.method)) usageOf(this.session).sentSubscribe = sent.request;
      this.#sent = sent;
      return;
    }
    this.#invite = new InviteClient({
      context: this.#signalling,
      sender: {
        send: (draft, _user, each) => (this.#sent = sender.send(draft, this, each)),
        sendAck: (ack, each) => sender.sendAck(ack, each),
      },
      user: this,
      dialog: this.session.dialog,
      options,
    });
    this.#invite.start(builder);
  }

  /** A response to anything but INVITE. */
  #receive(response: SipResponse, request: SipRequest): void {
    const session = this.#follow(response, request);
    const servletResponse = this.#wrap(response, session);
    servletResponse.state.commit();
    if (!response.isProvisional) {
      this.#final = servletResponse;
      this.session.end(this);
      this.#sent?.releaseUser();
    }
    this.#deliver(servletResponse, session);
  }

  /** Dialog and state of the session by a response to anything but INVITE (JSR 289 §6.2.1). */
  #follow(response: SipResponse, request: SipRequest): ContainerSipSession {
    const { session, method } = this;
    session.touch();
    if (response.statusCode >= 300) this.#fail(response, request);
    else if (createsDialog(method) && request.toTag === undefined && response.toTag !== undefined) {
      establishByResponse(session, request, response);
    }
    if (response.isProvisional) return session;
    if (response.isSuccess) {
      session.dialog?.refreshTarget(response);
      if (method === "UPDATE") existingUsage(session)?.existingTimer?.receiveResponse(response);
      if (method === "REGISTER") {
        followRegistration(
          { register: request, response, connection: this.#connection },
          this.#signalling.flows,
          session,
        );
      }
    }
    completeRequest(session, request, response.statusCode, false);
    return session;
  }

  #fail(response: SipResponse, request: SipRequest | undefined): void {
    const { session } = this;
    const { statusCode } = response;
    session.touch();
    if (negotiatesTimer(this.method)) existingUsage(session)?.existingTimer?.receiveResponse(response);
    if (createsDialog(this.method) && request?.toTag === undefined) returnToStart(session);
    if (statusCode === 401 || statusCode === 407) session.expectRetry();
    if (request !== undefined) failRequest(session, request, statusCode);
  }

  /** A session that hears nothing more of this request. */
  #leave(session: ContainerSipSession): void {
    session.end(this);
    if (session.isValid) this.#signalling.deliveries.settle(session);
  }

  #take(branch: InviteClientBranch): ClientFork {
    this.#forks ??= new ClientForks(this, this.session, this.#signalling);
    return this.#forks.take(branch);
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

  #sendAck(fork: ClientFork, message: ContainerSipServletRequest): Promise<void> {
    const ack = message.state.request();
    const { session } = fork;
    existingUsage(session)?.existingTimer?.noteDescription(ack.body, ack.field("content-type")?.text);
    return postMessage(session, () => {
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
}
