import { EngineError } from "../../errors/engine-error.js";
import type { Dialog } from "../../dialog/dialog.js";
import { RequestBuilder } from "../../message/request-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import { ReceivedProvisionals, type ProvisionalStanding } from "./received-provisionals.js";
import { responseNumberOf } from "../response-number.js";

/** Where one of the dialogs of an INVITE stands: still early, confirmed by its 2xx, over. */
export type InviteClientBranchState = "early" | "confirmed" | "ended";

/** What a branch needs. */
export interface InviteClientBranchParts {
  /** The INVITE as it was sent. */
  readonly invite: SipRequest;
  readonly dialog: Dialog;
  /** Whether the dialog stood before the INVITE: a re-INVITE ends no dialog. */
  readonly isInsideDialog: boolean;
  readonly sendAck: (ack: SipRequest) => void;
}

/** One of the dialogs that an INVITE sent makes, told apart by the To tag of the answers (RFC 3261 §13.2.2.4). */
export class InviteClientBranch {
  readonly dialog: Dialog;
  readonly #parts: InviteClientBranchParts;
  readonly #provisionals = new ReceivedProvisionals();
  #state: InviteClientBranchState = "early";
  #success: SipResponse | undefined;
  #ack: SipRequest | undefined;

  constructor(parts: InviteClientBranchParts) {
    this.#parts = parts;
    this.dialog = parts.dialog;
  }

  get state(): InviteClientBranchState {
    return this.#state;
  }

  /** The 2xx that confirmed it. */
  get success(): SipResponse | undefined {
    return this.#success;
  }

  /** Whether its 2xx still waits for the ACK. */
  get awaitsAck(): boolean {
    return this.#success !== undefined && this.#ack === undefined;
  }

  /**
   * Begins the ACK for the 2xx: CSeq number and credentials of the INVITE. RFC 3261 §13.2.2.4
   * @throws EngineError `ua.state` before the 2xx, `dialog.state` when it told no Contact
   */
  createAck(): RequestBuilder {
    if (this.#success === undefined) throw refusal("ACK: no 2xx came");
    return this.dialog.createAck(this.#parts.invite);
  }

  /** Sends the ACK, and again for each repeat of the 2xx. @throws EngineError `ua.state` when it was sent before */
  sendAck(ack: RequestBuilder | SipRequest): void {
    if (this.#success === undefined) throw refusal("ACK: no 2xx came");
    if (this.#ack !== undefined) throw refusal("ACK: it was sent before and is repeated when needed");
    this.#ack = ack instanceof RequestBuilder ? ack.build() : ack;
    this.#parts.sendAck(this.#ack);
  }

  /**
   * Begins the PRACK for a reliable provisional: a request of the dialog with the response's RAck. RFC 3262 §4, §7.2
   * @throws EngineError `ua.state` when the response is none, `dialog.state`
   */
  createPrack(response: SipResponse): RequestBuilder {
    const responseNumber = responseNumberOf(response);
    if (responseNumber === undefined) throw refusal(`PRACK: the ${response.statusCode} is not reliable`);
    const { sequenceNumber, method } = response.cseq;
    return this.dialog.createRequest("PRACK").set("RAck", { responseNumber, sequenceNumber, method });
  }

  /** A provisional response of this dialog came. One that is new and reliable moves the remote target (RFC 6141 §4.4). */
  receiveProvisional(response: SipResponse): ProvisionalStanding {
    const standing = this.#provisionals.receive(response);
    if (standing === "new" && responseNumberOf(response) !== undefined) this.dialog.refreshTarget(response);
    return standing;
  }

  /** A 2xx of this dialog came; tells whether it is the first. A repeat gets its ACK again. */
  receiveSuccess(response: SipResponse): boolean {
    if (this.#success !== undefined) {
      if (this.#ack !== undefined) this.#parts.sendAck(this.#ack);
      return false;
    }
    this.#success = response;
    this.#state = "confirmed";
    this.dialog.confirm(response);
    this.dialog.refreshTarget(response);
    return true;
  }

  /** The early dialog is over. */
  end(): void {
    this.#state = "ended";
    if (!this.#parts.isInsideDialog) this.dialog.terminate();
  }
}

function refusal(detail: string): EngineError {
  return new EngineError("ua.state", { detail });
}
