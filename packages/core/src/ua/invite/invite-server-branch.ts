import { ResponseBuilder } from "../../message/response-builder.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { SendCallback } from "../../transaction/transaction-context.js";
import type { UsageContext } from "../usage-context.js";
import { ReliableProvisionals } from "./reliable-provisionals.js";
import { responseNumberOf } from "../response-number.js";
import { SuccessRetransmission } from "./success-retransmission.js";

/** Who sends what a branch wants to send. */
export interface InviteServerBranchUser {
  /** Send this response to the INVITE. */
  onBranchSend(response: SipResponse, done?: SendCallback): void;
  /** No PRACK came within 64·T1. */
  onBranchProvisionalUnacknowledged(response: SipResponse): void;
  /** No ACK came within 64·T1. */
  onBranchSuccessUnacknowledged(response: SipResponse): void;
  /** The 2xx leaves now, perhaps after it was held back. */
  onBranchSuccess(response: SipResponse, wasHeld: boolean): void;
}

/** What a branch needs. */
export interface InviteServerBranchParts {
  readonly context: UsageContext;
  readonly user: InviteServerBranchUser;
  readonly sequenceNumber: number;
}

interface Success {
  readonly response: SipResponse;
  readonly done: SendCallback | undefined;
}

/** The answers to an INVITE under one To tag: one dialog of those that a callee may make of one INVITE. */
export class InviteServerBranch {
  readonly reliable: ReliableProvisionals;
  readonly #parts: InviteServerBranchParts;
  #lastProvisional: SipResponse | undefined;
  #held: Success | undefined;
  #success: SipResponse | undefined;
  #retransmission: SuccessRetransmission | undefined;
  #isAcknowledged = false;

  constructor(parts: InviteServerBranchParts) {
    this.#parts = parts;
    const { context, user, sequenceNumber } = parts;
    this.reliable = new ReliableProvisionals({
      context,
      sequenceNumber,
      user: {
        onReliableSend: (response, done) => user.onBranchSend(response, done),
        onReliableUnacknowledged: (response) => user.onBranchProvisionalUnacknowledged(response),
      },
    });
  }

  /** The 2xx, sent or held back. */
  get success(): SipResponse | undefined {
    return this.#success ?? this.#held?.response;
  }

  /** Whether the 2xx waits for a PRACK. */
  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  /** Whether the 2xx was sent and its ACK is still to come. */
  get awaitsAck(): boolean {
    return this.#retransmission?.isWaiting ?? false;
  }

  sendProvisional(response: SipResponse, done?: SendCallback): void {
    this.#lastProvisional = response;
    if (responseNumberOf(response) === undefined) this.#parts.user.onBranchSend(response, done);
    else this.reliable.send(response, done);
  }

  /**
   * The last provisional once more, so that no proxy gives the call up; a reliable one in a copy of its own, without the
   * session description. RFC 3261 §13.3.1.1
   */
  repeatProvisional(): void {
    const last = this.#lastProvisional;
    if (last === undefined || this.success !== undefined) return;
    if (responseNumberOf(last) === undefined) return this.#parts.user.onBranchSend(last);
    if (this.reliable.isIdle) this.reliable.send(this.#renew(last));
  }

  sendSuccess(response: SipResponse, done?: SendCallback): void {
    if (this.reliable.holdsSuccess) this.#held = { response, done };
    else this.#sendSuccess({ response, done }, false);
  }

  /** A PRACK was answered. */
  proceed(): void {
    this.reliable.proceed();
    const held = this.#held;
    if (held === undefined || this.reliable.holdsSuccess) return;
    this.#held = undefined;
    this.#sendSuccess(held, true);
  }

  /** Takes an ACK for the 2xx; tells whether it is the first. */
  receiveAck(): boolean {
    if (this.#success === undefined || this.#isAcknowledged) return false;
    this.#isAcknowledged = true;
    this.#retransmission?.stop();
    return true;
  }

  /** Nothing is sent by itself any more. */
  stop(): void {
    this.reliable.stop();
    this.#held = undefined;
    this.#retransmission?.stop();
  }

  #sendSuccess({ response, done }: Success, wasHeld: boolean): void {
    const { context, user } = this.#parts;
    this.reliable.stop();
    this.#success = response;
    user.onBranchSuccess(response, wasHeld);
    user.onBranchSend(response, done);
    this.#retransmission = new SuccessRetransmission({
      clock: context.clock,
      timers: context.timers,
      user: {
        onSuccessRepeat: () => user.onBranchSend(response),
        onSuccessUnacknowledged: () => user.onBranchSuccessUnacknowledged(response),
      },
    });
  }

  #renew(last: SipResponse): SipResponse {
    const copy = ResponseBuilder.from(last).remove("RSeq").remove("Require").setBody("");
    for (const field of last.fieldsOf("require")) {
      if (field.text.trim().toLowerCase() !== "100rel") copy.addText("Require", withoutReliability(field.text));
    }
    const response = this.reliable.prepare(copy.remove("Content-Disposition")).build();
    this.#lastProvisional = response;
    return response;
  }
}

function withoutReliability(text: string): string {
  const tags = text.split(",").map((tag) => tag.trim());
  return tags.filter((tag) => tag.toLowerCase() !== "100rel").join(", ");
}
