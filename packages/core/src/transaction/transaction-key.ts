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

/** The key of the transaction that a request begins or repeats. */
export function serverTransactionKey(request: SipRequest, stem: string): string {
  return keyOf(request, stem, request.method);
}

/**
 * The keys under which the INVITE of an ACK may stand. An ACK of RFC 2543 has the To tag of our answer, which the INVITE
 * has only inside a dialog.
 */
export function acknowledgedKeys(ack: SipRequest, stem: string): string[] {
  const key = keyOf(ack, stem, "INVITE");
  return isLegacy(ack) ? [key, legacyKey(stem, "INVITE", undefined)] : [key];
}

/** The keys under which the request of a CANCEL may stand: any method but ACK and CANCEL (RFC 3261 §9.2). INVITE first. */
export function cancelledKeys(cancel: SipRequest, stem: string): string[] {
  return cancellable.map((method) => keyOf(cancel, stem, method));
}

const cancellable = [...methods.keys()].filter((method) => method !== "ACK" && method !== "CANCEL");

/** Tells whether a request has no usable branch, as those of RFC 2543. */
export function isLegacy(request: SipRequest): boolean {
  return !hasMagicCookie(request.topVia.branch);
}

function keyOf(request: SipRequest, stem: string, method: string): string {
  return isLegacy(request) ? legacyKey(stem, method, request.toTag) : [stem, method].join("|");
}

function legacyKey(stem: string, method: string, toTag: string | undefined): string {
  return [stem, method, toTag].join("|");
}
