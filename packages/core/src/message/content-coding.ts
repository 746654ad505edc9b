import { deflateSync, gunzipSync, gzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { EngineError } from "../errors/engine-error.js";
import { defaultParseLimits } from "./parse-limits.js";
import type { SipMessage } from "./sip-message.js";

/** The content codings that are understood (RFC 3261 §20.12, RFC 9110 §8.4.1). */
export type ContentCoding = "identity" | "gzip" | "deflate";

/** More codings on top of each other serve only to hide something. */
const mostCodings = 4;

/** Tells whether a coding is understood, by its name in any letter case. */
export function isContentCoding(name: string): boolean {
  return decoderOf(name) !== undefined;
}

/** Applies a coding to a body. */
export function encodeContent(body: Uint8Array, coding: ContentCoding): Uint8Array {
  if (coding === "gzip") return gzipSync(body);
  return coding === "deflate" ? deflateSync(body) : body;
}

/**
 * The body of a message with its codings undone, the last one first. What grows beyond `limit` octets is refused.
 * @throws EngineError `message.body`: 415 for a coding not understood, 400 for a broken one, 413 for too much
 */
export function decodeContent(message: SipMessage, limit: number = defaultParseLimits.body): Uint8Array {
  const codings = message.get("Content-Encoding");
  if (codings.length === 0 || message.body.length === 0) return message.body;
  if (codings.length > mostCodings) throw bodyError(`${codings.length} codings on top of each other`, 415);
  return codings.reduceRight((body, coding) => decodeOne(body, coding, limit), message.body);
}

type Decoder = (body: Uint8Array, limit: number) => Uint8Array;

function decodeOne(body: Uint8Array, coding: string, limit: number): Uint8Array {
  const decoder = decoderOf(coding);
  if (decoder === undefined) throw bodyError(`the coding ${coding} is not understood`, 415);
  try {
    return decoder(body, limit);
  } catch (cause) {
    const isTooLarge = cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE";
    if (isTooLarge) throw bodyError(`it is larger than ${limit} octets when decoded`, 413, cause);
    throw bodyError(`it is no ${coding}`, 400, cause);
  }
}

function decoderOf(coding: string): Decoder | undefined {
  switch (coding.toLowerCase()) {
    case "identity":
      return (body) => body;
    case "gzip":
    case "x-gzip":
      return (body, maxOutputLength) => gunzipSync(body, { maxOutputLength });
    case "deflate":
      return inflate;
    default:
      return undefined;
  }
}

/** `deflate` means the zlib format; some leave its two octets of header out. */
function inflate(body: Uint8Array, maxOutputLength: number): Uint8Array {
  const isZlib = ((body[0] ?? 0) & 0x0f) === 8 && (((body[0] ?? 0) << 8) | (body[1] ?? 0)) % 31 === 0;
  return isZlib ? inflateSync(body, { maxOutputLength }) : inflateRawSync(body, { maxOutputLength });
}

function bodyError(detail: string, statusCode: number, cause?: unknown): EngineError {
  return new EngineError("message.body", { detail, statusCode, cause });
}
