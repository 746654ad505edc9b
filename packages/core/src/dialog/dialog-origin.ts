import type { SipMessage } from "../message/sip-message.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";
import { decodeWireText } from "../message/wire-text.js";
import type { DialogSnapshot } from "./dialog-snapshot.js";
import { recordRoutes } from "./route-set.js";

/** What a dialog begins with at the one who answers. RFC 3261 §12.1.1 */
export function serverDialog(request: SipRequest, response: SipResponse, cameSecurely: boolean): DialogSnapshot {
  return {
    version: 1,
    state: response.isSuccess ? "confirmed" : "early",
    isCaller: false,
    callId: request.callId,
    local: textOf(response, "to"),
    remote: textOf(request, "from"),
    localTag: response.toTag ?? "",
    remoteTag: request.fromTag ?? "",
    remoteTarget: contactUri(request) ?? "",
    routeSet: recordRoutes(request),
    localSequenceNumber: undefined,
    remoteSequenceNumber: request.cseq.sequenceNumber,
    isSecure: cameSecurely && isSips(request),
  };
}

/** What a dialog begins with at the one who asked. RFC 3261 §12.1.2 */
export function clientDialog(request: SipRequest, response: SipResponse): DialogSnapshot {
  return {
    version: 1,
    state: response.isSuccess ? "confirmed" : "early",
    isCaller: true,
    callId: request.callId,
    local: textOf(request, "from"),
    remote: textOf(response, "to"),
    localTag: request.fromTag ?? "",
    remoteTag: response.toTag ?? "",
    remoteTarget: contactUri(response) ?? decodeWireText(request.requestUriText),
    routeSet: recordRoutes(response).toReversed(),
    localSequenceNumber: request.cseq.sequenceNumber,
    remoteSequenceNumber: undefined,
    isSecure: isSips(request),
  };
}

/** What a dialog begins with at a subscriber. RFC 6665 §4.4.1 */
export function subscriberDialog(subscribe: SipRequest, notify: SipRequest): DialogSnapshot {
  return {
    version: 1,
    state: "confirmed",
    isCaller: true,
    callId: subscribe.callId,
    local: textOf(subscribe, "from"),
    remote: textOf(notify, "from"),
    localTag: subscribe.fromTag ?? "",
    remoteTag: notify.fromTag ?? "",
    remoteTarget: contactUri(notify) ?? "",
    routeSet: recordRoutes(notify),
    localSequenceNumber: subscribe.cseq.sequenceNumber,
    remoteSequenceNumber: notify.cseq.sequenceNumber,
    isSecure: isSips(subscribe),
  };
}

/** URI of the first Contact. */
export function contactUri(message: SipMessage): string | undefined {
  if (message.field("contact") === undefined) return undefined;
  const [contact] = message.get("Contact");
  return contact?.uri === undefined ? undefined : String(contact.uri);
}

function textOf(message: SipMessage, key: string): string {
  return message.field(key)?.text ?? "";
}

function isSips(request: SipRequest): boolean {
  return request.requestUriText.slice(0, 5).toLowerCase() === "sips:";
}
