import type { SipRequest } from "./sip-request.js";
import type { SipResponse } from "./sip-response.js";

/**
 * Writes a message. Fields leave as their lines stand; Content-Length is added when the message has none.
 * RFC 3261 §7, §18.3.
 */
export function serializeMessage(message: SipRequest | SipResponse): Uint8Array {
  const { body } = message;
  let head = message.startLine + "\r\n";
  let hasLength = false;
  for (const field of message.fields) {
    if (field.key === "content-length") hasLength = true;
    head += field.line + "\r\n";
  }
  head += hasLength ? "\r\n" : `Content-Length: ${body.length}\r\n\r\n`;
  if (body.length === 0) return Buffer.from(head, "latin1");
  const bytes = Buffer.allocUnsafe(head.length + body.length);
  bytes.write(head, 0, "latin1");
  bytes.set(body, head.length);
  return bytes;
}
