import { createResponse } from "../../message/create-response.js";
import type { ResponseBuilder } from "../../message/response-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { ServerTransaction } from "../../transaction/server-transaction.js";
import { rejectRequest } from "../invite/glare.js";
import { InviteServer, type InviteServerUser } from "../invite/invite-server.js";
import { rackOf } from "../response-number.js";
import type { SessionRole } from "../offer-answer/session-role.js";
import type { SessionRejection } from "../session-rejection.js";
import type { SessionCore } from "./session-core.js";

/** Who hears what the peer does to the session. */
export interface SessionServerUser {
  /** The first ACK for a 2xx of ours; `isComplete` unless it lacks the answer it had to bring. */
  onAcknowledged(invite: InviteServer, isComplete: boolean): void;
  /** No ACK came for a 2xx of ours. */
  onAckMissing(): void;
  /** A transaction is over that others may have waited for. */
  onTransactionOver(): void;
}

const tooSmall = 422;

/** Answers what the peer does to a session: re-INVITE (RFC 3261 §14.2), UPDATE (RFC 3311 §5.2), PRACK (RFC 3262 §3). */
export class SessionServer implements InviteServerUser {
  readonly #core: SessionCore;
  readonly #user: SessionServerUser;
  /** INVITEs that are open or wait for their ACK, by number. */
  readonly #invites = new Map<number, InviteServer>();
  /** Other requests that wait for their answer. */
  readonly #open = new Map<ServerTransaction, SipRequest>();

  constructor(core: SessionCore, user: SessionServerUser) {
    this.#core = core;
    this.#user = user;
  }

  /** Whether a 2xx of ours waits for its ACK: until then no BYE leaves on our side. RFC 3261 §15 */
  get awaitsAck(): boolean {
    return [...this.#invites.values()].some((invite) => invite.awaitsAck);
  }

  /** Takes the INVITE that made the dialog. */
  adopt(invite: InviteServer): void {
    this.#invites.set(invite.sequenceNumber, invite);
    this.#core.transactions.noteReceivedInvite(invite);
  }

  receiveInvite(transaction: ServerTransaction, request: SipRequest): void {
    if (this.#refuses(transaction, request)) return;
    const { agent, offerAnswer } = this.#core;
    const invite = new InviteServer(transaction, agent.context, this);
    this.adopt(invite);
    const role = offerAnswer.receive(request);
    if (role === "offer") {
      const offer = offerAnswer.open?.description ?? "";
      this.#core.withAnswer(offer, (answer) => this.#answerInvite(invite, answer));
    } else if (this.#core.media === undefined) this.#acceptInvite(invite, undefined);
    else {
      this.#core.withOffer(
        (offer) => this.#acceptInvite(invite, offer),
        () => this.#refuseInvite(invite, 500),
      );
    }
  }

  /** A CANCEL for a re-INVITE that is open: the session stays. RFC 3261 §9.2, §14.2 */
  cancelInvite(sequenceNumber: number): void {
    const invite = this.#invites.get(sequenceNumber);
    if (invite?.isFinal === false) this.#refuseInvite(invite, 487);
  }

  receiveAck(ack: SipRequest): void {
    const invite = this.#invites.get(ack.cseq.sequenceNumber);
    if (invite === undefined || !invite.receiveAck(ack)) return;
    this.#forget(invite);
    const role = this.#core.offerAnswer.receive(ack);
    if (role === "answer") this.#core.tellAgreed();
    this.#user.onAcknowledged(invite, role !== "missing");
    this.#user.onTransactionOver();
  }

  receivePrack(transaction: ServerTransaction, request: SipRequest): void {
    const rack = rackOf(request);
    if (rack === undefined) return this.#refuse(transaction, request, 400, "RAck is missing or malformed");
    const invite = this.#invites.get(rack.sequenceNumber);
    const outcome = invite?.receivePrack(request);
    if (invite === undefined || outcome?.kind !== "acknowledges") {
      const { statusCode = 481, reason } = outcome?.kind === "rejected" ? outcome : {};
      return this.#refuse(transaction, request, statusCode, reason);
    }
    const role = this.#core.offerAnswer.receive(request);
    if (role !== "offer") return this.#acceptPrack(transaction, request, { invite, role, answer: undefined });
    const offer = this.#core.offerAnswer.open?.description ?? "";
    this.#open.set(transaction, request);
    this.#core.withAnswer(offer, (made) => {
      const answer = this.#core.answerAtLeast(offer, made);
      this.#acceptPrack(transaction, request, { invite, role, answer });
    });
  }

  receiveUpdate(transaction: ServerTransaction, request: SipRequest): void {
    if (this.#refuses(transaction, request)) return;
    const { offerAnswer, transactions } = this.#core;
    transactions.noteReceivedUpdate(transaction);
    this.#open.set(transaction, request);
    if (offerAnswer.receive(request) !== "offer") return this.#answerUpdate(transaction, request, undefined);
    this.#core.withAnswer(offerAnswer.open?.description ?? "", (answer) => {
      if (answer !== undefined) return this.#answerUpdate(transaction, request, answer);
      if (this.#close(transaction)) {
        offerAnswer.send(this.#core.respond(transaction, request, createResponse(request, 488)));
      }
      this.#user.onTransactionOver();
    });
  }

  /** The session ends: every request that waits for its answer gets 487. RFC 3261 §15.1.2 */
  terminate(): void {
    for (const invite of this.#invites.values()) {
      if (invite.isFinal) invite.stop();
      else this.#sendFinal(invite, createResponse(invite.request, 487, { toTag: this.#core.dialog.localTag }));
    }
    this.#invites.clear();
    for (const [transaction, request] of this.#open) {
      this.#core.respond(transaction, request, createResponse(request, 487));
    }
    this.#open.clear();
  }

  onProvisionalUnacknowledged(_response: SipResponse, invite: InviteServer): void {
    this.#refuseInvite(invite, 504);
  }

  onSuccessUnacknowledged(_response: SipResponse, invite: InviteServer): void {
    this.#invites.delete(invite.sequenceNumber);
    this.#user.onAckMissing();
  }

  onInviteExpired(invite: InviteServer): void {
    this.#refuseInvite(invite, 487);
  }

  /** Nothing more can come for an INVITE that has its ACK and all its PRACKs. */
  #forget(invite: InviteServer): void {
    if (invite.isFinal && !invite.awaitsAck && !invite.expectsPrack) this.#invites.delete(invite.sequenceNumber);
  }

  /** What speaks against an INVITE or UPDATE now: one that is open, an offer that is, an interval that is too short. */
  #refuses(transaction: ServerTransaction, request: SipRequest): boolean {
    const { transactions, timer } = this.#core;
    const rejection = transactions.rejectionOf(request);
    if (rejection !== undefined) {
      this.#reject(transaction, request, rejection);
      return true;
    }
    const answer = timer?.answerOf(request);
    if (answer?.kind !== "too-small") return false;
    const response = createResponse(request, tooSmall).addText("Min-SE", String(answer.minimum));
    this.#core.respond(transaction, request, response);
    return true;
  }

  #answerInvite(invite: InviteServer, answer: string | undefined): void {
    if (answer === undefined) this.#refuseInvite(invite, 488);
    else this.#acceptInvite(invite, answer);
  }

  #acceptInvite(invite: InviteServer, description: string | undefined): void {
    if (invite.isFinal || this.#core.dialog.state === "terminated") return;
    const { request } = invite;
    const response = this.#success(request, description);
    this.#core.dialog.refreshTarget(request);
    const role = this.#sendFinal(invite, response);
    if (role === "answer") this.#core.tellAgreed();
    this.#user.onTransactionOver();
  }

  #refuseInvite(invite: InviteServer, statusCode: number): void {
    if (invite.isFinal) return;
    this.#sendFinal(invite, createResponse(invite.request, statusCode));
    this.#invites.delete(invite.sequenceNumber);
    this.#user.onTransactionOver();
  }

  #sendFinal(invite: InviteServer, draft: ResponseBuilder): SessionRole {
    const { agent, offerAnswer } = this.#core;
    agent.completeResponse(draft, invite.request, invite.transaction.connection);
    const response = draft.build();
    const role = offerAnswer.send(response);
    invite.respond(response);
    return role;
  }

  #acceptPrack(
    transaction: ServerTransaction,
    request: SipRequest,
    { invite, role, answer }: { readonly invite: InviteServer; readonly role: SessionRole; readonly answer?: string },
  ): void {
    this.#open.delete(transaction);
    if (transaction.lastStatusCode >= 200) return;
    const response = createResponse(request, 200);
    if (answer !== undefined) response.setBody(answer, "application/sdp");
    this.#core.offerAnswer.send(this.#core.respond(transaction, request, response));
    if (role === "answer" || role === "offer") this.#core.tellAgreed();
    invite.proceed(this.#core.dialog.localTag);
    this.#forget(invite);
    this.#user.onTransactionOver();
  }

  #answerUpdate(transaction: ServerTransaction, request: SipRequest, answer: string | undefined): void {
    if (!this.#close(transaction)) return;
    const response = this.#success(request, answer);
    this.#core.dialog.refreshTarget(request);
    this.#core.offerAnswer.send(this.#core.respond(transaction, request, response));
    if (answer !== undefined) this.#core.tellAgreed();
    this.#user.onTransactionOver();
  }

  /** Begins the 2xx to an INVITE or UPDATE, and starts what runs from it. */
  #success(request: SipRequest, description: string | undefined): ResponseBuilder {
    const { timer, info } = this.#core;
    const response = createResponse(request, 200);
    timer?.answer(request, response);
    info.prepareResponse(request, response);
    this.#core.learn(request);
    if (description !== undefined) response.setBody(description, "application/sdp");
    return response;
  }

  /** Takes a request off the list of those that wait; false when it was answered meanwhile. */
  #close(transaction: ServerTransaction): boolean {
    return this.#open.delete(transaction) && transaction.lastStatusCode < 200;
  }

  #reject(transaction: ServerTransaction, request: SipRequest, rejection: SessionRejection): void {
    const { random } = this.#core.agent.context;
    this.#core.respond(transaction, request, rejectRequest(request, rejection, { random }));
  }

  #refuse(transaction: ServerTransaction, request: SipRequest, statusCode: number, reason?: string): void {
    this.#core.respond(transaction, request, createResponse(request, statusCode, { reason }));
  }
}
