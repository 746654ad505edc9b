import type { Dialog } from "../../dialog/dialog.js";
import { DialogUsages } from "../../dialog/dialog-usages.js";
import { createResponse } from "../../message/create-response.js";
import type { ServerTransaction } from "../../transaction/server-transaction.js";
import type { DialogUser } from "../session/dialog-table.js";
import type { CallAgent } from "../session/call-agent.js";
import { CallReferrals, type CallReferralsUser } from "./call-referrals.js";
import type { IncomingRefer } from "./incoming-refer.js";
import { SessionCore } from "../session/session-core.js";

/** A dialog that a REFER outside all others made: it lives as long as its reports. RFC 3515 §2.4.4 */
export class ReferDialog implements DialogUser, CallReferralsUser {
  readonly isInvite = false;
  readonly #core: SessionCore;
  readonly #referrals: CallReferrals;
  readonly #onRefer: (refer: IncomingRefer) => void;

  constructor(agent: CallAgent, dialog: Dialog, onRefer: (refer: IncomingRefer) => void) {
    const parts = { agent, dialog, media: undefined, digest: agent.createDigest() };
    const deaf = { onRefreshDue: () => {}, onSessionExpired: () => {}, onAgreed: () => {}, onPeerLost: () => {} };
    this.#core = new SessionCore(parts, deaf);
    this.#onRefer = onRefer;
    this.#referrals = new CallReferrals(this.#core, new DialogUsages(dialog), this);
    agent.dialogs.add(this);
  }

  get dialog(): Dialog {
    return this.#core.dialog;
  }

  /** Takes the REFER that makes the dialog. */
  begin(transaction: ServerTransaction): void {
    this.#referrals.receiveRefer(transaction, transaction.request);
  }

  receiveRequest(transaction: ServerTransaction): void {
    const { request } = transaction;
    const rejection = this.dialog.receiveRequest(request);
    if (rejection !== undefined) {
      const { statusCode, reason } = rejection;
      this.#core.respond(transaction, request, createResponse(request, statusCode, { reason }));
    } else if (request.method === "REFER") this.#referrals.receiveRefer(transaction, request);
    else if (request.method !== "SUBSCRIBE" || !this.#referrals.receiveSubscribe(transaction, request)) {
      this.#core.respond(transaction, request, createResponse(request, 481));
    }
  }

  onRefer(refer: IncomingRefer): void {
    this.#onRefer(refer);
  }

  onReferralOver(): void {
    if (this.dialog.state === "terminated") this.#core.agent.dialogs.remove(this);
  }

  /** The REFER was refused, or wants no reports: there is nothing to live for. */
  discard(): void {
    this.dialog.terminate();
    this.onReferralOver();
  }
}
