/** Who did something: this user agent, or the peer. */
export type SessionEnd = "local" | "remote";

/**
 * Where a session stands between its two ends (RFC 3264 §4): no description yet, an offer of ours or of the peer that waits
 * for its answer, both agreed.
 */
export type OfferAnswerState = "initial" | "local-offer" | "remote-offer" | "stable";

/** The message an offer came in: a request, a reliable provisional, or the 2xx to an INVITE (RFC 6337 §2.2). */
export type OfferCarrier = "INVITE" | "provisional" | "success" | "PRACK" | "UPDATE";

/** An offer that waits for its answer. */
export interface OpenOffer {
  readonly by: SessionEnd;
  readonly carrier: OfferCarrier;
  /** CSeq number of the transaction. */
  readonly sequenceNumber: number;
  /** RSeq of the provisional response. */
  readonly responseNumber?: number | undefined;
  readonly description: string;
  /** What an unreliable provisional showed of the answer to come. */
  readonly preview?: string | undefined;
}

/** An INVITE without offer: the other end makes the offer in its first reliable answer. */
export interface SilentInvite {
  readonly by: SessionEnd;
  readonly sequenceNumber: number;
}

/** The offer/answer state of one dialog as plain data. */
export interface OfferAnswerSnapshot {
  readonly version: 1;
  /** What both ends agreed on last; both are there, or none. */
  readonly local: string | undefined;
  readonly remote: string | undefined;
  readonly open: OpenOffer | undefined;
  readonly silentInvite: SilentInvite | undefined;
}
