import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { DtmfTone } from "../info/dtmf-relay.js";
import type { SessionChange } from "../session/session-change.js";
import type { IncomingRefer } from "../referral/incoming-refer.js";

/** Where a call stands. */
export type CallState =
  /** Nothing but 100 has come or gone. */
  | "calling"
  /** A dialog is early: it rings, or media flow ahead of the answer. */
  | "early"
  /** The 2xx has come or gone, the ACK not yet. */
  | "answered"
  /** The session stands. */
  | "confirmed"
  | "ended";

/** How a call came to its end. */
export interface CallEnd {
  /** Who ended it; `network` when an answer, an ACK or a refresh never came. */
  readonly by: "local" | "remote" | "network";
  /** What did: a final failure of the INVITE, CANCEL or BYE, the end of the session timer. */
  readonly cause: "rejected" | "cancelled" | "bye" | "timeout" | "expired" | "failed";
  /** The final status of the INVITE, or of the request that showed that the peer is gone. */
  readonly statusCode: number | undefined;
  readonly reason: string | undefined;
  /** The message that ended it. */
  readonly message: SipRequest | SipResponse | undefined;
}

/** A provisional response to a call of ours. */
export interface CallProgress {
  readonly response: SipResponse;
  /** The peer's description, where it has told one: media may flow ahead of the answer. */
  readonly sdp: string | undefined;
  /** Tag of the early dialog, where there are several. */
  readonly remoteTag: string | undefined;
}

/** An INFO of the peer, answered by 200 already. */
export interface CallInfo {
  readonly request: SipRequest;
  /** Its package; undefined for INFO of the old kind. RFC 6086 §4 */
  readonly package: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

/** What a call tells. */
export interface CallEvents {
  /** 101–199 to a call of ours. */
  readonly progress: readonly [CallProgress];
  /** The call was accepted, by the peer or by us. */
  readonly answered: readonly [];
  /** The ACK has gone or come: the session stands. */
  readonly confirmed: readonly [];
  /** Offer and answer were agreed on. */
  readonly session: readonly [SessionChange];
  readonly info: readonly [CallInfo];
  readonly dtmf: readonly [DtmfTone];
  /** The peer asks us to call somebody else. Nobody listening, it is declined. */
  readonly refer: readonly [IncomingRefer];
  /** A text of the peer inside the call. RFC 3428 §4 */
  readonly message: readonly [SipRequest];
  readonly ended: readonly [CallEnd];
}
