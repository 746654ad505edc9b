import type { Via } from "../headers/via.js";
import { methods } from "../message/methods.js";
import type { SipRequest } from "../message/sip-request.js";
import { viaPort } from "../transport/via.js";

/** Every branch made by RFC 3261 begins with it. */
export const magicCookie = "z9hG4bK";

/** Tells whether a branch can be matched by RFC 3261; the bare cookie says nothing (RFC 4475 §3.2.1). */
export function hasMagicCookie(branch: string | undefined): branch is string {
  return branch !== undefined && branch.length > magicCookie.length && branch.startsWith(magicCookie);
}

/**
 * What a request is known by, its method left out: branch and sent-by (RFC 3261 §17.2.3). Requests of RFC 2543 have no
 * usable branch: Request-URI, From tag, Call-ID, CSeq number and the top Via stand for it, and a To tag where it counts.
 */
export function transactionStem(request: SipRequest, via: Via): string {
  const { branch } = via;
  const sentBy = `${via.host.toLowerCase()}|${viaPort(via)}`;
  if (hasMagicCookie(branch)) return `${branch}|${sentBy}`;
  const number = request.field("cseq") === undefined ? "" : request.cseq.sequenceNumber;
  const start = `2543|${request.requestUriText}|${request.callId}|${number}|${request.fromTag ?? ""}`;
  return `${start}|${via.transport}|${sentBy}|${branch ?? ""}`;
}

/** Tells whether a stem stands for a request without a usable branch. */
export function isLegacyStem(stem: string): boolean {
  return stem.startsWith("2543|");
}

/** The key of the transaction that a request begins or repeats. */
export function serverTransactionKey(request: SipRequest, stem: string): string {
  return keyOf(stem, request.method, request.toTag);
}

/**
 * The keys under which the INVITE of an ACK may stand. An ACK of RFC 2543 has the To tag of our answer, which the INVITE
 * has only inside a dialog.
 */
export function acknowledgedKeys(ack: SipRequest, stem: string): string[] {
  const key = keyOf(stem, "INVITE", ack.toTag);
  return isLegacyStem(stem) ? [key, keyOf(stem, "INVITE", undefined)] : [key];
}

/** The keys under which the request of a CANCEL may stand: any method but ACK and CANCEL (RFC 3261 §9.2). INVITE first. */
export function cancelledKeys(cancel: SipRequest, stem: string): string[] {
  return cancellable.map((method) => keyOf(stem, method, cancel.toTag));
}

const cancellable = [...methods.keys()].filter((method) => method !== "ACK" && method !== "CANCEL");

function keyOf(stem: string, method: string, toTag: string | undefined): string {
  return isLegacyStem(stem) ? `${stem}|${method}|${toTag ?? ""}` : `${stem}|${method}`;
}
