import type { Via } from "../headers/via.js";
import type { SipRequest } from "../message/sip-request.js";
import { viaPort } from "../transport/via.js";

/** Every branch made by RFC 3261 begins with it. */
export const magicCookie = "z9hG4bK";

/** Tells whether a branch can be matched by RFC 3261; the bare cookie says nothing (RFC 4475 §3.2.1). */
export function hasMagicCookie(branch: string | undefined): branch is string {
  return (
    branch !== undefined && branch.length > magicCookie.length && branch.startsWith(magicCookie)
  );
}

/**
 * What the transactions of one branch have in common; the method is compared beside it (RFC 3261 §17.2.3). Requests of
 * RFC 2543 have no usable branch: Request-URI, From tag, Call-ID, CSeq number and the whole top Via stand for it. The To
 * tag is left out, since an ACK carries the one of our answer while its INVITE has none.
 */
export function serverTransactionKey(request: SipRequest, via: Via): string {
  const { branch } = via;
  if (hasMagicCookie(branch)) return `${branch}|${via.host.toLowerCase()}|${viaPort(via)}`;
  return legacyKey(request, via);
}

function legacyKey(request: SipRequest, via: Via): string {
  const sentBy = `${via.transport}/${via.host.toLowerCase()}:${viaPort(via)};${via.branch ?? ""}`;
  return [
    "2543",
    request.requestUriText,
    request.fromTag ?? "",
    request.callId,
    request.cseq.sequenceNumber,
    sentBy,
  ].join("|");
}
