import {
  createResponse,
  Dialog,
  InviteServer,
  rackOf,
  type EngineError,
  type InviteServerUser,
  type ResponseBuilder,
  type ServerTransaction,
  type ServerTransactionUser,
  type SipRequest,
  type SipResponse,
} from "@siplet/core";
import type { InviteBranch, SipServletResponse, SipSession } from "../api/object-model.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { Ongoing } from "../session/ongoing.js";
import { ContainerInviteBranch } from "./container-invite-branch.js";
import { negotiatesTimer } from "./container-session-keep-alive.js";
import type { ContainerSipServletRequest, IncomingEnd } from "./container-sip-servlet-request.js";
import type { ContainerSipServletResponse } from "./container-sip-servlet-response.js";
import { LastTransactionUser } from "./last-transaction-user.js";
import { postMessage } from "./post-message.js";
import type { PrackVerdict } from "./prack-verdict.js";
import { completeRequest, makesDialog } from "./session-outcome.js";
import { deriveSession, existingUsage, requireNotTerminating, usageOf } from "./session-usage.js";
import type { Signalling } from "./signalling.js";

/**
 * A request received by an application and its answers (JSR 289 §11.1). An INVITE is worked by the engine's INVITE server;
 * each branch the application makes of it is a session of its own.
 */
export class ServerExchange implements ServerTransactionUser, InviteServerUser, Ongoing, IncomingEnd {
  readonly isServer = true;
  readonly transaction: ServerTransaction;
  readonly session: ContainerSipSession;
  /** The request as it came; the transaction lets go of it once it is answered. */
  readonly request: SipRequest;
  readonly sequenceNumber: number;
  readonly #signalling: Signalling;
  /** Told once the final response is on its way. */
  onFinal: (() => void) | undefined;
  /** Told once the final response was handed to the transaction. */
  onAnswered: (() => void) | undefined;
  #servletRequest: ContainerSipServletRequest | undefined;
  #final: ContainerSipServletResponse | undefined;
  #invite: InviteServer | undefined;
  #branches: ContainerInviteBranch[] | undefined;

  constructor(transaction: ServerTransaction, session: ContainerSipSession, signalling: Signalling) {
    this.transaction = transaction;
    this.session = session;
    this.request = transaction.request;
    this.sequenceNumber = this.request.cseq.sequenceNumber;
    this.#signalling = signalling;
    transaction.user = this;
    session.begin(this);
    session.touch();
    if (this.method === "INVITE" && this.request.field("expires") !== undefined) this.#engine();
  }

  get method(): string {
    return this.request.method;
  }

  get servletRequest(): ContainerSipServletRequest {
    if (this.#servletRequest !== undefined) return this.#servletRequest;
    throw new IllegalStateError("state.transaction", { detail: "the request was not yet handed to the application" });
  }

  set servletRequest(request: ContainerSipServletRequest) {
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

  branchOf(session: SipSession): InviteBranch | undefined {
    return this.method === "INVITE" ? this.#branchOf(session) : undefined;
  }

  /** Another early dialog, in a session of its own (JSR 359). */
  createInviteBranch(): InviteBranch {
    if (this.method !== "INVITE" || !this.isOpen || this.request.toTag !== undefined) {
      throw new IllegalStateError("state.transaction", {
        detail: `${this.method}: only an INVITE that makes a dialog and has no final response takes branches`,
      });
    }
    return this.#deriveBranch();
  }

  /**
   * The session that a response belongs to which the application gives by its session (JSR 289 §12): the first provisional
   * and the first 2xx are those of the session itself, each further one makes a dialog of its own.
   */
  sessionForResponse(session: ContainerSipSession, status: number): ContainerSipSession {
    const isFurther = !this.isOpen || (status > 100 && status < 200 && session.dialogState === "EARLY");
    if (!isFurther) return session;
    const branch = this.#branches?.find((each) => each.sipSession === session && each.finalResponse === undefined);
    if (status >= 200 && branch !== undefined && this.#mayAnswer(status, session)) return session;
    if (this.method !== "INVITE" || this.request.toTag !== undefined || !this.#takesFurther(status)) {
      this.#refuseSecond(status);
    }
    return this.#deriveBranch().sipSession;
  }

  createBranchResponse(branch: ContainerInviteBranch, status: number, reason?: string): SipServletResponse {
    if (!this.#mayAnswer(status, branch.sipSession)) this.#refuseSecond(status);
    return this.servletRequest.makeResponse(this.request, status, { reason, session: branch.sipSession });
  }

  /** Sends a response of the application, state first, through the outbox. */
  respond(response: ContainerSipServletResponse): Promise<void> {
    const { status, session } = response;
    requireNotTerminating(session);
    if (!this.#mayAnswer(status, session)) this.#refuseSecond(status);
    if (status > 100 && status < 200 && this.#mustBeReliable()) this.#makeReliable(response);
    return this.#send(response);
  }

  /** Sends a provisional response that is repeated until its PRACK comes (RFC 3262). */
  respondReliably(response: ContainerSipServletResponse): Promise<void> {
    requireNotTerminating(response.session);
    if (!this.isOpen) this.#refuseSecond(response.status);
    this.#makeReliable(response);
    return this.#send(response);
  }

  /** A PRACK came. RFC 3262 §3 */
  receivePrack(prack: SipRequest): PrackVerdict {
    const outcome = this.#invite?.receivePrack(prack);
    if (outcome === undefined) return { statusCode: 481, reason: "No such provisional response" };
    if (outcome.kind === "rejected") return outcome;
    const session = this.#sessionOfTag(prack.toTag);
    const acknowledged = this.#branchOf(session).acknowledge(String(rackOf(prack)?.responseNumber));
    return acknowledged === undefined ? { statusCode: 481, reason: "No such provisional response" } : { acknowledged };
  }

  /** A PRACK was answered: what waited for it may go. */
  proceed(toTag: string): void {
    this.#invite?.proceed(toTag);
  }

  /** The ACK of a 2xx came (RFC 3261 §13.3.1.4): gives the 2xx the first time. */
  receiveAck(ack: SipRequest): ContainerSipServletResponse | undefined {
    if (this.#invite?.receiveAck(ack) !== true) return undefined;
    const session = this.#sessionOfTag(ack.toTag);
    const branch = this.#branches?.find((each) => each.sipSession === session);
    session.end(this);
    this.#endIfAlone();
    return (branch?.finalResponse as ContainerSipServletResponse | undefined) ?? this.#final;
  }

  /** A proxy takes over: the caller's Expires is for those who ring (RFC 3261 §13.3.1). */
  handOver(): void {
    this.#invite?.stop();
    this.#invite = undefined;
  }

  /** Somebody else answered: a proxy forwarded the final response. */
  completeElsewhere(): void {
    this.onFinal?.();
    this.#invite?.stop();
    this.#end();
  }

  /** Answers for a session that is not there any more. */
  refuse(status: number): void {
    if (!this.isOpen) return;
    this.#servletRequest?.state.commit();
    this.onFinal?.();
    this.transaction.respond(createResponse(this.request, status, { toTag: this.session.localTag }).build());
    this.session.end(this);
  }

  /** The session was invalidated and nobody has answered: what a proxy does with the request goes on (JSR 289 §6.2.4). */
  abandon(): void {
    if (this.#servletRequest?.onward === undefined) this.refuse(481);
  }

  /** The response could not leave; the transaction stays and the peer asks again (RFC 6026 §8.8). */
  onTransportError(error: EngineError): void {
    this.#signalling.log.warn({ error, callId: this.session.callId }, "a response could not be sent");
  }

  /** Branches that were never answered are over with the transaction. */
  onTerminated(): void {
    for (const session of this.#sessions()) {
      session.end(this);
      if (session.dialogState === "EARLY") session.moveTo("TERMINATED");
      if (session.isValid) this.#signalling.deliveries.settle(session);
    }
  }

  onSuccessUnacknowledged(success: SipResponse): void {
    const session = this.#sessionOfTag(success.toTag);
    const response = this.#branches?.find((each) => each.sipSession === session)?.finalResponse ?? this.#final;
    session.end(this);
    this.#endIfAlone();
    existingUsage(session)?.termination?.proceed();
    if (response !== undefined) this.#signalling.deliveries.reportMissingAck(this.servletRequest, response, session);
  }

  /** A final response that waits for the PRACK cannot wait any longer: the call fails (RFC 3262 §3). */
  onProvisionalUnacknowledged(provisional: SipResponse): void {
    const session = this.#sessionOfTag(provisional.toTag);
    const response = this.#branchOf(session).acknowledge(String(provisional.get("RSeq")));
    if (this.#final !== undefined) this.#answerByContainer(504);
    if (response !== undefined) this.#signalling.deliveries.reportMissingPrack(this.servletRequest, response, session);
  }

  /** Nobody answered within the time the caller gave (RFC 3261 §13.3.1). */
  onInviteExpired(): void {
    this.#answerByContainer(487);
    this.#signalling.deliveries.settle(this.session);
  }

  #mustBeReliable(): boolean {
    return this.method === "INVITE" && this.#engine().reliability === "required";
  }

  /** The engine's part of an INVITE, made when it is first needed. */
  #engine(): InviteServer {
    return (this.#invite ??= new InviteServer(this.transaction, this.#signalling, this));
  }

  /** One final response for all; further 2xx only on branches without one (RFC 3261 §13.3.1.4). */
  #mayAnswer(status: number, session: ContainerSipSession): boolean {
    if (this.isOpen) return true;
    const isFurther = this.#final !== undefined && this.#final.status < 300 && status >= 200 && status < 300;
    if (!isFurther || this.#final?.session === session) return false;
    return this.#branches?.some((each) => each.sipSession === session && each.finalResponse === undefined) ?? false;
  }

  /** Whether a response under a To tag of its own may follow what was sent (RFC 3261 §13.3.1.4). */
  #takesFurther(status: number): boolean {
    if (this.isOpen) return status < 200;
    const isSuccess = this.#final !== undefined && this.#final.status < 300;
    return isSuccess && status >= 200 && status < 300 && !this.transaction.isTerminated;
  }

  /** Another dialog of the INVITE, in a session of its own. */
  #deriveBranch(): ContainerInviteBranch {
    const session = deriveSession(this.session, this.#signalling.random.token(64), this.#signalling);
    session.begin(this);
    this.transaction.user = this;
    return this.#addBranch(session);
  }

  #refuseSecond(status: number): never {
    throw new IllegalStateError("state.transaction", {
      detail: `${status} to ${this.method}: a final response was already sent`,
    });
  }

  #makeReliable(response: ContainerSipServletResponse): void {
    const { session } = response;
    this.#engine().prepareReliable(response.state.draft() as ResponseBuilder, session.localTag);
    this.#branchOf(session).expectPrack(response);
  }

  #send(response: ContainerSipServletResponse): Promise<void> {
    const { status, session } = response;
    this.#negotiate(response);
    const message = response.state.response();
    response.state.commit();
    if (status >= 200) {
      this.#final ??= response;
      this.#complete(response);
      this.onFinal?.();
    }
    this.#updateSessions(message, session);
    return postMessage(session, () => this.#transmit(message));
  }

  /** The session timer as the answer grants it. */
  #negotiate(response: ContainerSipServletResponse): void {
    const { status, session } = response;
    if (!negotiatesTimer(this.method) || status < 200) return;
    const preference = response.existingKeepAlivePreference;
    const draft = response.state.draft() as ResponseBuilder;
    if (status === 422 && preference?.minimumExpiration !== undefined) {
      draft.set("Min-SE", String(preference.minimumExpiration));
    }
    const running = existingUsage(session)?.existingTimer?.isRunning === true;
    if (status >= 300 || !(preference?.enabled ?? running)) return;
    const { timer } = usageOf(session);
    const minimum = timer.refusalOf(this.request, response.sessionKeepAlivePreference);
    if (minimum !== undefined) {
      throw new IllegalStateError("state.transaction", {
        detail: `the session interval asked for is below ${minimum} s; answer 422 with that Min-SE (RFC 4028 §9)`,
      });
    }
    timer.answer(this.request, draft);
    timer.noteDescription(draft.body, draft.getText("Content-Type"));
  }

  #complete(response: ContainerSipServletResponse): void {
    if (this.#branches === undefined) return;
    for (const branch of this.#branches) {
      if (response.status >= 300 || branch.sipSession === response.session) branch.complete(response);
    }
  }

  #transmit(message: SipResponse): void {
    const { statusCode } = message;
    const isEngines = this.method === "INVITE" && statusCode > 100 && (this.#invite !== undefined || statusCode < 300);
    if (isEngines) this.#engine().respond(message);
    else this.transaction.respond(message);
    if (message.isProvisional) return;
    this.onAnswered?.();
    if (this.method !== "INVITE" || !message.isSuccess) this.#end();
  }

  /** The transaction lives on for half a minute to answer repeats; nothing of the session may hang on it. */
  #end(): void {
    const sessions = this.#sessions();
    for (const session of sessions) {
      session.end(this);
      if (session !== this.session && session.isValid) this.#signalling.deliveries.settle(session);
    }
    LastTransactionUser.replace(this.transaction, sessions);
  }

  #sessions(): readonly ContainerSipSession[] {
    if (this.#branches === undefined) return [this.session];
    return [...new Set([this.session, ...this.#branches.map((each) => each.sipSession)])];
  }

  #endIfAlone(): void {
    const others = this.#branches?.some((each) => each.sipSession !== this.session) ?? false;
    if (!others) this.#end();
  }

  /** An answer that the container gives in place of the application. */
  #answerByContainer(status: number): void {
    const response = this.servletRequest.makeResponse(this.request, status);
    this.#final = response;
    this.servletRequest.state.commit();
    response.state.commit();
    this.#complete(response);
    this.onFinal?.();
    const message = response.state.response();
    this.#updateSessions(message, this.session, true);
    this.#transmit(message);
  }

  /** Dialog and session state follow what is sent (JSR 289 §6.2.1); a failure ends every early dialog of the INVITE. */
  #updateSessions(message: SipResponse, session: ContainerSipSession, isForced = false): void {
    this.#updateSession(session, message, isForced);
    if (message.statusCode < 300) return;
    for (const each of this.#sessions()) if (each !== session) this.#updateSession(each, message, isForced);
  }

  #updateSession(session: ContainerSipSession, message: SipResponse, isForced: boolean): void {
    const { method, request } = this;
    const { statusCode } = message;
    if (statusCode === 100) return;
    if (session.dialog !== undefined && message.isSuccess) session.dialog.refreshTarget(request);
    if (message.isSuccess && method === "INVITE") session.hasInviteUsage = true;
    if (request.toTag === undefined && makesDialog(session, method)) {
      if (statusCode < 300) this.#establish(session, message);
      else if (session.dialogState !== "CONFIRMED" || isForced) session.moveTo("TERMINATED");
    }
    if (statusCode >= 200) completeRequest(session, request, statusCode, true);
  }

  #establish(session: ContainerSipSession, message: SipResponse): void {
    if (session.dialog === undefined) session.enterDialog(Dialog.ofServer(this.request, message));
    else if (message.isSuccess) session.dialog.confirm(message);
    if (session.dialogState !== "CONFIRMED") session.moveTo(message.isSuccess ? "CONFIRMED" : "EARLY");
  }

  #branchOf(session: SipSession): ContainerInviteBranch {
    const known = this.#branches?.find((each) => each.sipSession === session);
    return known ?? this.#addBranch(this.session);
  }

  #addBranch(session: ContainerSipSession): ContainerInviteBranch {
    const branch = new ContainerInviteBranch(session, this);
    if (session === this.session && this.#final !== undefined) branch.complete(this.#final);
    (this.#branches ??= []).push(branch);
    return branch;
  }

  #sessionOfTag(toTag: string | undefined): ContainerSipSession {
    const branch = this.#branches?.find((each) => each.sipSession.localTag === toTag);
    return branch?.sipSession ?? this.session;
  }
}
