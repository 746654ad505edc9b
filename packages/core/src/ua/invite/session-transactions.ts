import type { SipRequest } from "../../message/sip-request.js";
import type { OfferAnswer } from "../offer-answer/offer-answer.js";
import type { SessionRejection } from "../session-rejection.js";

/** An INVITE sent in the dialog, as far as others have to wait for it. */
export interface SentInviteState {
  readonly isFinal: boolean;
}

/** An INVITE received in the dialog, as far as others have to wait for it. */
export interface ReceivedInviteState {
  /** A final response has left. */
  readonly isFinal: boolean;
  /** A 2xx has left and its ACK is still to come. */
  readonly awaitsAck: boolean;
}

/** An UPDATE received in the dialog. */
export interface ReceivedUpdateState {
  /** Status of the last answer; below 200 while the UPDATE is open. */
  readonly lastStatusCode: number;
}

/** The INVITE and UPDATE transactions of one dialog, and which others they keep waiting. RFC 3261 §14, RFC 3311 §5 */
export class SessionTransactions {
  readonly #offerAnswer: Pick<OfferAnswer, "rejectionOf"> | undefined;
  #sentInvite: SentInviteState | undefined;
  #receivedInvite: ReceivedInviteState | undefined;
  #receivedUpdate: ReceivedUpdateState | undefined;

  /** With the state of offer and answer, its glare is looked after too. */
  constructor(offerAnswer?: Pick<OfferAnswer, "rejectionOf">) {
    this.#offerAnswer = offerAnswer;
  }

  /**
   * Whether an INVITE may be sent now: no INVITE of ours is open, none of the peer's is open or waits for its ACK.
   * RFC 3261 §14.1
   */
  get mayInvite(): boolean {
    const received = this.#receivedInvite;
    const isSending = this.#sentInvite !== undefined && !this.#sentInvite.isFinal;
    return !isSending && (received === undefined || (received.isFinal && !received.awaitsAck));
  }

  /** An INVITE is sent. */
  noteSentInvite(invite: SentInviteState): void {
    this.#sentInvite = invite;
  }

  /** An INVITE was taken. */
  noteReceivedInvite(invite: ReceivedInviteState): void {
    this.#receivedInvite = invite;
  }

  /** An UPDATE was taken. */
  noteReceivedUpdate(update: ReceivedUpdateState): void {
    this.#receivedUpdate = update;
  }

  /**
   * Why a received INVITE or UPDATE cannot be taken now: 500 while one of the peer's own is open, 491 while an INVITE or
   * offer of ours is. RFC 3261 §14.2, RFC 3311 §5.2
   */
  rejectionOf(request: SipRequest): SessionRejection | undefined {
    if (request.method === "INVITE") {
      if (this.#receivedInvite?.isFinal === false) return openRequest("an INVITE");
      if (this.#sentInvite?.isFinal === false) {
        return { statusCode: 491, reason: "Request Pending", retriesLater: false };
      }
    }
    if (request.method === "UPDATE" && (this.#receivedUpdate?.lastStatusCode ?? 200) < 200) {
      return openRequest("an UPDATE");
    }
    return this.#offerAnswer?.rejectionOf(request);
  }
}

function openRequest(what: string): SessionRejection {
  return { statusCode: 500, reason: `Overlaps ${what} not yet answered`, retriesLater: true };
}
