import { createsDialog, refreshesTarget, RequestBuilder, type Connection, type SipRequest } from "@siplet/core";
import { contactValue, mergeContact } from "./contact.js";
import { completePath } from "./local-path.js";

const copied = new Set(["route", "from", "to", "call-id", "max-forwards"]);

/** The CANCEL as the application sees it; only what it adds of Reason goes out, the rest is the engine's (RFC 3261 §9.1). */
export function cancelOf(invite: SipRequest): RequestBuilder {
  const cancel = new RequestBuilder("CANCEL", invite.requestUriText);
  for (const field of invite.fields) if (copied.has(field.key)) cancel.addField(field);
  return cancel.addText("CSeq", `${invite.cseq.sequenceNumber} CANCEL`);
}

/** Whether the answer to this method may be followed by a NOTIFY that makes the dialog (RFC 6665 §4.4.1). */
export function isSubscriber(method: string): boolean {
  return method === "SUBSCRIBE" || method === "REFER";
}

/** Tells the peer where we are, by the connection the request takes. */
export function addContact(draft: RequestBuilder, connection: Connection, sessionKey: string): void {
  completePath(draft, connection);
  if (!(createsDialog(draft.method) || refreshesTarget(draft.method))) return;
  const wanted = draft.getText("Contact");
  const own = contactValue(connection, draft.requestUriText.startsWith("sips:"), sessionKey);
  if (wanted === undefined) draft.addText("Contact", own);
  else draft.remove("Contact").addText("Contact", mergeContact(own, wanted));
}
