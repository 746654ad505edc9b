import { leafParts, readBody, type BodyPart } from "../../message/body-part.js";
import type { SipMessage } from "../../message/sip-message.js";

/**
 * The session description a message carries for its session: its body when that is `application/sdp`, or the first such
 * part of a multipart body (RFC 3264 §4, RFC 5621 §4). Undefined when there is none.
 */
export function sessionDescriptionOf(message: SipMessage): string | undefined {
  const body = readBody(message);
  const part = body && leafParts(body).find(isSession);
  if (part === undefined) return undefined;
  const { buffer, byteOffset, byteLength } = part.body;
  return Buffer.from(buffer, byteOffset, byteLength).toString("utf8");
}

/** Tells whether a message carries a session description. */
export function hasSessionDescription(message: SipMessage): boolean {
  const body = readBody(message);
  return body !== undefined && leafParts(body).some(isSession);
}

/** SDP that is there to be shown or for an early session of its own is no offer (RFC 3261 §20.11, RFC 3959). */
function isSession({ type, disposition }: BodyPart): boolean {
  return type?.essence === "application/sdp" && (disposition?.type ?? "session") === "session";
}
