import type { Clock } from "../../clock/clock.js";
import type { Dialog } from "../../dialog/dialog.js";
import { dialogId } from "../../dialog/dialog-id.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { ServerTransaction } from "../../transaction/server-transaction.js";
import type { ReplaceableDialog } from "../replace/replaceable-dialog.js";

/** Who takes the requests of a dialog. */
export interface DialogUser {
  readonly dialog: Dialog;
  /** Whether an INVITE made the dialog. */
  readonly isInvite: boolean;
  /** Whether its session has ended, although the dialog lives on: a BYE is under way, or the reports of a REFER. */
  readonly isOver?: boolean;
  /** A request inside the dialog, other than ACK and CANCEL; its number is not yet checked. */
  receiveRequest(transaction: ServerTransaction): void;
  receiveAck?(ack: SipRequest): void;
  /** A CANCEL, answered already, for an INVITE inside the dialog that is open. */
  receiveCancel?(cancel: SipRequest): void;
}

/** A dialog of the table as Replaces and Join see it. */
export interface ListedDialog extends ReplaceableDialog {
  readonly user: DialogUser;
}

/** The dialogs of a user agent by Call-ID and tags; those that ended are remembered for a while. */
export class DialogTable {
  readonly #users = new Map<string, DialogUser>();
  readonly #ended = new Map<string, DialogUser>();
  readonly #clock: Clock;
  readonly #remembered: number;

  /** `remembered`: for how many milliseconds a Replaces finds a dialog that has ended (RFC 3891 §3). */
  constructor(clock: Clock, remembered: number) {
    this.#clock = clock;
    this.#remembered = remembered;
  }

  get size(): number {
    return this.#users.size;
  }

  /** The users of all dialogs that live. */
  values(): Iterable<DialogUser> {
    return this.#users.values();
  }

  add(user: DialogUser): void {
    this.#users.set(user.dialog.id, user);
  }

  /** The dialog has ended. */
  remove(user: DialogUser): void {
    const { id } = user.dialog;
    if (this.#users.get(id) !== user) return;
    this.#users.delete(id);
    this.#ended.set(id, user);
    this.#clock.setTimeout((ended) => this.#ended.delete(ended), this.#remembered, id);
  }

  get(id: string): DialogUser | undefined {
    return this.#users.get(id);
  }

  /** The dialog that a Replaces or Join names, those that ended a short time ago too. */
  find(callId: string, localTag: string, remoteTag: string): readonly ListedDialog[] {
    const id = dialogId(callId, localTag, remoteTag);
    const user = this.#users.get(id) ?? this.#ended.get(id);
    if (user === undefined) return [];
    const isOver = user.isOver === true || !this.#users.has(id);
    const state = isOver ? "terminated" : user.dialog.state;
    return [{ user, state, isInvite: user.isInvite, isCaller: user.dialog.isCaller }];
  }
}
