import { hash } from "node:crypto";
import type { Via } from "../../headers/via.js";
import type { HeaderField } from "../../message/header-field.js";
import type { SipRequest } from "../../message/sip-request.js";

/** Tells whether a Via was written by this element; the transport layer does. */
export interface OwnVias {
  isOwnVia(via: Via): boolean;
}

/** Digits of the hash: 64 bits. */
const hashDigits = 16;
const separator = ".";
/** Fields whose text steers where a request goes, beside Request-URI, tags, Call-ID and CSeq number (RFC 5393 §4.2.1). */
const steering = new Set(["route", "proxy-require", "proxy-authorization"]);

/**
 * The hash of everything that decides where this element sends a request: two passes with the same hash are a loop, with
 * another one a spiral. Taken of the request as it was received, before own Routes are removed; the method is left out.
 * `salt` stands for what else decides, such as the application at work. RFC 5393 §4.2.1
 */
export function loopHash(request: SipRequest, salt = ""): string {
  const sequence = request.field("cseq") === undefined ? "" : String(request.cseq.sequenceNumber);
  let text = `${salt}\n${request.requestUriText}\n${request.callId}\n${request.fromTag}\n${request.toTag}\n${sequence}`;
  for (const field of request.fields) if (steering.has(field.key)) text += `\n${field.key}:${field.text}`;
  return hash("sha256", text, "hex").slice(0, hashDigits);
}

/** See {@link loopHash}; none of a request inside a dialog, which does not fork and need not be looked at for loops. */
export function forkHash(request: SipRequest, salt: string | undefined): string | undefined {
  return request.toTag === undefined ? loopHash(request, salt) : undefined;
}

/** A branch that carries the hash behind its unique part (RFC 5393 §4.2.1). */
export function loopBranch(unique: string, requestHash: string): string {
  return [unique, requestHash].join(separator); // one piece: it is the key of a table
}

/** Tells whether the request passed this element before and was sent on for the same reasons (RFC 5393 §4.2.2). */
export function isLooped(request: SipRequest, requestHash: string, own: OwnVias): boolean {
  const mark = separator + requestHash;
  return request.fields.some(
    (field) => field.key === "via" && field.line.includes(mark) && holdsOwnMark(field, mark, own),
  );
}

function holdsOwnMark(field: HeaderField, mark: string, own: OwnVias): boolean {
  const vias = field.value as readonly Via[];
  return vias.some((via) => via.branch?.endsWith(mark) === true && own.isOwnVia(via));
}
