import {
  digitMark,
  plainHostPortEnd,
  plainParametersEnd,
  plainUriEnd,
  quotedMark,
  run,
  standsAt,
  tokenMark,
} from "./plain-uri.js";

/**
 * Cheap acceptance of the values that nearly every message carries, on the octets as they came. Each function passes one
 * value and tells where it stopped: when that is the line end, the value is right by the grammar. A value that stops
 * before, or of which -1 is told, may be right too and has to go through the full parser.
 */

/** What a value looks like when nothing about it is unusual. Above `line` it is known to be right by its grammar. */
export const plainForm = { none: 0, line: 1, number: 2, callId: 3, cseq: 4, address: 5, via: 6 } as const;

/** One of the forms; `none` says that only the full parser knows. */
export type PlainForm = (typeof plainForm)[keyof typeof plainForm];

const space = 0x20;
const quote = 0x22;
const less = 0x3c;
const greater = 0x3e;
const at = 0x40;

const version = Buffer.from("SIP/2.0/");

/** Passes a value of that form. */
export function plainValueEnd(form: PlainForm, octets: Uint8Array, start: number): number {
  switch (form) {
    case plainForm.via:
      return plainViaEnd(octets, start);
    case plainForm.address:
      return plainAddressEnd(octets, start);
    case plainForm.cseq:
      return plainCSeqEnd(octets, start);
    case plainForm.callId:
      return plainCallIdEnd(octets, start);
    case plainForm.number:
      return plainNumberEnd(octets, start);
    default:
      return -1;
  }
}

/** Passes `<sip:user@host:port;p=v>;p=v`, and the same with a display name of one token or a simple quoted string. */
export function plainAddressEnd(octets: Uint8Array, start: number): number {
  const open = displayNameEnd(octets, start);
  if (octets[open] !== less) return -1;
  const close = plainUriEnd(octets, open + 1);
  return close >= 0 && octets[close] === greater ? plainParametersEnd(octets, close + 1) : -1;
}

/** Passes a token or a quoted string, and the spaces behind it. */
function displayNameEnd(octets: Uint8Array, start: number): number {
  const isQuoted = octets[start] === quote;
  const nameEnd = isQuoted ? run(octets, start + 1, quotedMark) : run(octets, start, tokenMark);
  if (isQuoted && octets[nameEnd] !== quote) return start;
  let index = isQuoted ? nameEnd + 1 : nameEnd;
  while (index > start && octets[index] === space) index++;
  return index;
}

/** Passes one `SIP/2.0/UDP host:port;branch=…`. */
export function plainViaEnd(octets: Uint8Array, start: number): number {
  if (!standsAt(octets, start, version)) return -1;
  const transport = start + version.length;
  const protocolEnd = run(octets, transport, tokenMark);
  if (protocolEnd === transport || octets[protocolEnd] !== space) return -1;
  const host = plainHostPortEnd(octets, protocolEnd + 1);
  return host < 0 ? -1 : plainParametersEnd(octets, host);
}

/** Passes a Call-ID of token characters, with or without a host of such characters. */
export function plainCallIdEnd(octets: Uint8Array, start: number): number {
  const end = run(octets, start, tokenMark);
  if (end === start || octets[end] !== at) return end > start ? end : -1;
  const hostEnd = run(octets, end + 1, tokenMark);
  return hostEnd > end + 1 ? hostEnd : -1;
}

/** Fewer digits than the largest sequence number has: any of them will do. */
const mostSequenceDigits = 9;

/** Passes the number of a CSeq, one space, and a method. */
export function plainCSeqEnd(octets: Uint8Array, start: number): number {
  const end = plainNumberEnd(octets, start);
  if (end < 0 || end - start > mostSequenceDigits || octets[end] !== space) return -1;
  const methodEnd = run(octets, end + 1, tokenMark);
  return methodEnd > end + 1 ? methodEnd : -1;
}

/** Passes digits. */
export function plainNumberEnd(octets: Uint8Array, start: number): number {
  const end = run(octets, start, digitMark);
  return end > start ? end : -1;
}
