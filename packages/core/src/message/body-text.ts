import { EngineError } from "../errors/engine-error.js";
import type { MediaType } from "../headers/media-type.js";
import { decodeContent } from "./content-coding.js";
import type { SipMessage } from "./sip-message.js";

/** What has a type and octets: a part of a body, too. */
export interface TypedBody {
  readonly type: MediaType | undefined;
  readonly body: Uint8Array;
}

/**
 * Octets as text by the `charset` of their type; UTF-8 when none is named (RFC 3261 §20.15). What the charset does not
 * allow becomes U+FFFD.
 * @throws EngineError `message.body` for a charset that is not known
 */
export function textOf({ type, body }: TypedBody): string {
  const charset = type?.parameters.get("charset") ?? "utf-8";
  if (/^(?:utf-?8|us-ascii)$/i.test(charset)) return bufferOf(body).toString("utf8");
  try {
    return new TextDecoder(charset).decode(body);
  } catch (cause) {
    throw new EngineError("message.body", { detail: `the charset ${charset} is not known`, cause });
  }
}

/**
 * The body of a message as text: its Content-Encoding undone, its charset decoded. "" when there is none.
 * @throws EngineError `message.body`
 */
export function bodyText(message: SipMessage): string {
  return textOf({ type: message.tryGet("Content-Type"), body: decodeContent(message) });
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
