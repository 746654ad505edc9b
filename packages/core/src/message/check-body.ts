import type { MediaType } from "../headers/media-type.js";
import { parseMediaType } from "../headers/media-type.js";
import { readBody, type BodyPart } from "./body-part.js";
import type { RequestRejection } from "./check-request.js";
import { isContentCoding } from "./content-coding.js";
import { dispositionOf } from "./multipart.js";
import type { SipMessage } from "./sip-message.js";

/** What an element can make sense of in bodies. */
export interface UnderstoodBodies {
  /** Media types and ranges, such as `application/sdp`, `text/*`. The multipart types need no mention. */
  readonly types: readonly string[];
  /** Language tags or their first parts, such as `en`; any language when left out. */
  readonly languages?: readonly string[];
}

/** An answer 415 and the header that tells what would have been understood. */
export interface BodyRejection extends RequestRejection {
  readonly header: "Accept" | "Accept-Encoding" | "Accept-Language";
  readonly value: string;
}

/**
 * Looks whether all that must be understood of a body can be: type, coding, language (RFC 3261 §8.2.3, RFC 5621). Parts with
 * `handling=optional` may be strange; of multipart/alternative one part is enough. Undefined: nothing is wrong.
 */
export function checkBody(message: SipMessage, understood: UnderstoodBodies): BodyRejection | undefined {
  const body = readBody(message);
  if (body === undefined || isOptional(body)) return undefined;
  const codings = message.tryGet("Content-Encoding");
  if (codings?.every(isContentCoding) !== true) return rejection("Accept-Encoding", "gzip, deflate, identity");
  const { languages } = understood;
  if (languages !== undefined && !speaks(message, languages)) return rejection("Accept-Language", languages.join(", "));
  // compressed parts can be told apart only when decompressed: their reader finds out
  const ranges = understood.types.map(parseMediaType);
  const isUnderstood = codings.length > 0 ? isTypeUnderstood(body, ranges) : canBeTaken(body, ranges);
  return isUnderstood ? undefined : rejection("Accept", [...understood.types, "multipart/mixed"].join(", "));
}

function rejection(header: BodyRejection["header"], value: string): BodyRejection {
  return { statusCode: 415, reason: "Unsupported Media Type", header, value };
}

function isOptional(part: BodyPart): boolean {
  return dispositionOf(part).handling === "optional";
}

function canBeTaken(part: BodyPart, ranges: readonly MediaType[]): boolean {
  if (isOptional(part)) return true;
  if (part.type?.type !== "multipart" || part.parts.length === 0) return isTypeUnderstood(part, ranges);
  return part.type.subtype === "alternative"
    ? part.parts.some((each) => canBeTaken(each, ranges))
    : part.parts.every((each) => canBeTaken(each, ranges));
}

function isTypeUnderstood({ type }: BodyPart, ranges: readonly MediaType[]): boolean {
  return type !== undefined && ranges.some((range) => range.includes(type));
}

/** A language is spoken when its tag, or the beginning of it, is named (RFC 4647 §3.3.1). */
function speaks(message: SipMessage, languages: readonly string[]): boolean {
  const spoken = message.tryGet("Content-Language") ?? [];
  return spoken.every((tag) =>
    languages.some((language) => `${tag.toLowerCase()}-`.startsWith(`${language.toLowerCase()}-`)),
  );
}
