import type { Dialog } from "../../dialog/dialog.js";
import { createResponse } from "../../message/create-response.js";
import type { ServerTransaction } from "../../transaction/server-transaction.js";
import { transactionTimeout } from "../../transaction/timer-values.js";
import type { InviteServer } from "../invite/invite-server.js";
import type { CallAgent } from "../session/call-agent.js";
import type { DialogUser } from "../session/dialog-table.js";

/**
 * What is left of an early dialog whose INVITE was refused while a reliable provisional was under way: its PRACK still gets
 * its 200, all else 481. RFC 3262 §3
 */
export class LatePracks implements DialogUser {
  readonly isInvite = true;
  readonly dialog: Dialog;
  readonly #agent: CallAgent;
  readonly #invite: InviteServer;

  static readonly #onTimer = (self: LatePracks): void => self.#agent.dialogs.remove(self);

  private constructor(agent: CallAgent, dialog: Dialog, invite: InviteServer) {
    this.dialog = dialog;
    this.#agent = agent;
    this.#invite = invite;
  }

  /** Waits for them as long as a PRACK may be repeated: 64·T1. */
  static await(agent: CallAgent, dialog: Dialog, invite: InviteServer): void {
    const { clock, timers } = agent.context;
    const pracks = new LatePracks(agent, dialog, invite);
    agent.dialogs.add(pracks);
    clock.setTimeout(LatePracks.#onTimer, transactionTimeout(timers), pracks);
  }

  receiveRequest(transaction: ServerTransaction): void {
    const { request } = transaction;
    const isExpected = request.method === "PRACK" && this.#invite.receivePrack(request).kind === "acknowledges";
    transaction.respond(createResponse(request, isExpected ? 200 : 481).build());
  }
}
