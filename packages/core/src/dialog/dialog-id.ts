import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";

/**
 * Names a dialog as one of its ends sees it: Call-ID, own tag, the other's tag (RFC 3261 §12). Tags compare exactly. Joined,
 * not concatenated: a concatenation stays a tree that each look-up walks and that keeps the messages of its parts.
 */
export function dialogId(callId: string, localTag: string, remoteTag: string): string {
  return [callId, localTag, remoteTag].join("\n");
}

/** The dialog a received request belongs to; its own tag is that of To. */
export function dialogIdOfRequest(request: SipRequest): string {
  return dialogId(request.callId, request.toTag ?? "", request.fromTag ?? "");
}

/** The dialog a received response belongs to; its own tag is that of From. */
export function dialogIdOfResponse(response: SipResponse): string {
  return dialogId(response.callId, response.fromTag ?? "", response.toTag ?? "");
}
