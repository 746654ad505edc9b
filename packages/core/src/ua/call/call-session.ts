import type { Dialog } from "../../dialog/dialog.js";
import { DialogUsages, type DialogUsage } from "../../dialog/dialog-usages.js";
import { createResponse } from "../../message/create-response.js";
import type { HeaderField } from "../../message/header-field.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { ServerTransaction } from "../../transaction/server-transaction.js";
import type { DialogUser } from "../session/dialog-table.js";
import { createRefusal } from "../checks/request-refusal.js";
import type { InviteServer } from "../invite/invite-server.js";
import { lenientRead } from "../lenient-read.js";
import type { SessionChange } from "../session/session-change.js";
import type { CallEnd, CallInfo } from "./call-events.js";
import { CallReferrals, type CallReferralsUser } from "../referral/call-referrals.js";
import type { IncomingRefer } from "../referral/incoming-refer.js";
import { SessionClient } from "../session/session-client.js";
import { SessionCore, type SessionCoreUser, type SessionParts } from "../session/session-core.js";
import { SessionServer, type SessionServerUser } from "../session/session-server.js";

/** Who owns a session: a call. */
export interface CallSessionUser {
  /** The first ACK came for the 2xx that made the call. */
  onSessionConfirmed(session: CallSession): void;
  onSessionAgreed(change: SessionChange, session: CallSession): void;
  onSessionInfo(info: CallInfo): void;
  onSessionRefer(refer: IncomingRefer): void;
  onSessionMessage(request: SipRequest): void;
  /** The session has ended; told once. */
  onSessionEnded(end: CallEnd, session: CallSession): void;
}

/**
 * One INVITE session in its dialog, early or confirmed, whoever called: takes the requests of the peer, changes the session,
 * ends it. RFC 3261 §12–§15, RFC 5057 §4
 */
export class CallSession implements DialogUser, DialogUsage, SessionCoreUser, SessionServerUser, CallReferralsUser {
  readonly isInvite = true;
  readonly core: SessionCore;
  readonly client: SessionClient;
  readonly server: SessionServer;
  readonly referrals: CallReferrals;
  readonly #user: CallSessionUser;
  readonly #usages: DialogUsages;
  #isOver = false;
  #bye: { readonly fields: readonly HeaderField[]; readonly end: CallEnd; readonly done: () => void } | undefined;

  constructor(parts: SessionParts, user: CallSessionUser) {
    this.#user = user;
    this.core = new SessionCore(parts, this);
    this.client = new SessionClient(this.core);
    this.server = new SessionServer(this.core, this);
    this.#usages = new DialogUsages(parts.dialog);
    this.#usages.add(this);
    this.referrals = new CallReferrals(this.core, this.#usages, this);
    parts.agent.dialogs.add(this);
  }

  get dialog(): Dialog {
    return this.core.dialog;
  }

  /** Whether the session has ended; its dialog may live on for the reports of a REFER. */
  get isOver(): boolean {
    return this.#isOver;
  }

  receiveRequest(transaction: ServerTransaction): void {
    const { request } = transaction;
    const rejection = this.dialog.receiveRequest(request);
    if (rejection !== undefined) {
      const { statusCode, reason } = rejection;
      this.core.respond(transaction, request, createResponse(request, statusCode, { reason }));
    } else if (this.#isOver) this.#receiveAfterEnd(transaction, request);
    else this.#receive(transaction, request);
  }

  receiveAck(ack: SipRequest): void {
    this.server.receiveAck(ack);
  }

  receiveCancel(cancel: SipRequest): void {
    this.server.cancelInvite(cancel.cseq.sequenceNumber);
  }

  /**
   * Ends the session by BYE: at once, or when the ACK for our 2xx has come or stayed away. `done` hears that the BYE was
   * answered, or never will be. RFC 3261 §15.1.1
   */
  sendBye(end: CallEnd, done: () => void, fields: readonly HeaderField[] = []): void {
    if (this.#isOver || this.#bye !== undefined) return done();
    if (!this.server.awaitsAck) return this.#sendBye(end, done, fields);
    this.#bye = { fields, end, done };
  }

  /** Ends the session without a word: its dialog is gone, or never came to be. */
  discard(): void {
    this.#close();
    this.dialog.terminate();
    this.#leaveTable();
  }

  /** Leaves the dialog to others who will end it. */
  abandon(): void {
    this.#close();
    this.core.agent.dialogs.remove(this);
  }

  onAgreed(change: SessionChange): void {
    if (!this.#isOver) this.#user.onSessionAgreed(change, this);
  }

  onPeerLost(statusCode: number): void {
    if (this.#isOver) return;
    const end = { by: "network", cause: "failed", statusCode, reason: undefined, message: undefined } as const;
    this.#sendBye(end, () => {}, []);
  }

  onRefreshDue(): void {
    const method = this.core.peerAllows("UPDATE") ? "UPDATE" : "INVITE";
    this.client.change(method, "refresh").catch(() => this.core.timer?.postponeRefresh());
  }

  onSessionExpired(): void {
    this.sendBye(ended("network", "expired"), () => {});
  }

  onAcknowledged(_invite: InviteServer, isComplete: boolean): void {
    if (this.#sendHeldBye()) return;
    if (!isComplete) return this.sendBye(ended("local", "failed", 488), () => {});
    this.#user.onSessionConfirmed(this);
  }

  onAckMissing(): void {
    if (this.#sendHeldBye()) return;
    this.sendBye(ended("network", "timeout", 408), () => {});
  }

  onTransactionOver(): void {
    this.client.proceed();
  }

  onRefer(refer: IncomingRefer): void {
    this.#user.onSessionRefer(refer);
    if (!refer.isDecided && this.#isOver) refer.reject(481);
  }

  onReferralOver(): void {
    this.#leaveTable();
  }

  onUsageEnded(): void {
    this.#close();
  }

  #receive(transaction: ServerTransaction, request: SipRequest): void {
    switch (request.method) {
      case "INVITE":
        return this.server.receiveInvite(transaction, request);
      case "UPDATE":
        return this.server.receiveUpdate(transaction, request);
      case "PRACK":
        return this.server.receivePrack(transaction, request);
      case "BYE":
        return this.#receiveBye(transaction, request);
      case "INFO":
        return this.#receiveInfo(transaction, request);
      case "MESSAGE":
        this.#answer(transaction, request, 200);
        return this.#user.onSessionMessage(request);
      case "OPTIONS":
        return this.#answer(transaction, request, 200);
      default:
        return this.#receiveReferral(transaction, request);
    }
  }

  /** Only the reports of a REFER live longer than the session (RFC 5057 §4). */
  #receiveAfterEnd(transaction: ServerTransaction, request: SipRequest): void {
    const { method } = request;
    if (method === "NOTIFY" || method === "SUBSCRIBE") return this.#receiveReferral(transaction, request);
    // a BYE that crosses ours means the same
    this.#answer(transaction, request, method === "BYE" ? 200 : 481);
  }

  #receiveReferral(transaction: ServerTransaction, request: SipRequest): void {
    if (request.method === "REFER") return this.referrals.receiveRefer(transaction, request);
    if (request.method === "NOTIFY" && this.referrals.receiveNotify(transaction, request)) return;
    if (request.method === "SUBSCRIBE" && this.referrals.receiveSubscribe(transaction, request)) return;
    this.#answer(transaction, request, 481);
  }

  #receiveBye(transaction: ServerTransaction, request: SipRequest): void {
    this.#answer(transaction, request, 200);
    const reason = lenientRead(() => request.get("Reason"))?.[0];
    const end: CallEnd = {
      by: "remote",
      cause: "bye",
      statusCode: reason?.cause,
      reason: request.getText("Reason"),
      message: request,
    };
    this.#finish(end);
  }

  #receiveInfo(transaction: ServerTransaction, request: SipRequest): void {
    const refusal = this.core.info.refusalOf(request);
    if (refusal !== undefined) {
      this.core.respond(transaction, request, createRefusal(request, refusal));
      return;
    }
    this.#answer(transaction, request, 200);
    const { buffer, byteOffset, byteLength } = request.body;
    this.#user.onSessionInfo({
      request,
      package: lenientRead(() => request.get("Info-Package"))?.value,
      contentType: request.getText("Content-Type"),
      body: Buffer.from(buffer, byteOffset, byteLength).toString("utf8"),
    });
  }

  #answer(transaction: ServerTransaction, request: SipRequest, statusCode: number): void {
    this.core.respond(transaction, request, createResponse(request, statusCode));
  }

  #sendHeldBye(): boolean {
    const bye = this.#bye;
    if (bye === undefined || this.server.awaitsAck) return false;
    this.#bye = undefined;
    this.#sendBye(bye.end, bye.done, bye.fields);
    return true;
  }

  /** The session counts as ended when the BYE is handed over, whatever comes of it. RFC 3261 §15.1.1 */
  #sendBye(end: CallEnd, done: () => void, fields: readonly HeaderField[]): void {
    if (this.#isOver || this.dialog.state === "terminated") {
      this.#finish(end);
      return done();
    }
    this.#isOver = true;
    const onOutcome = (): void => {
      this.#leave();
      done();
    };
    this.core.request("BYE", (bye) => bye.addFields(fields), onOutcome);
    this.#close();
    this.#user.onSessionEnded(end, this);
  }

  #finish(end: CallEnd): void {
    if (this.#isOver) return;
    this.#close();
    this.#leave();
    this.#user.onSessionEnded(end, this);
  }

  #close(): void {
    this.#isOver = true;
    this.server.terminate();
    this.client.stop();
    this.core.timer?.stop();
    const bye = this.#bye;
    this.#bye = undefined;
    bye?.done();
  }

  #leave(): void {
    this.#usages.end(this);
    this.#leaveTable();
  }

  #leaveTable(): void {
    if (this.dialog.state !== "terminated") return;
    this.referrals.stop();
    this.core.agent.dialogs.remove(this);
  }
}

/** An end without a message. */
export function ended(by: CallEnd["by"], cause: CallEnd["cause"], statusCode?: number): CallEnd {
  return { by, cause, statusCode, reason: undefined, message: undefined };
}
