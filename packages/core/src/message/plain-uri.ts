/**
 * Cheap acceptance of what nearly every message carries: SIP URIs, hosts with ports, and parameters. What is passed here
 * is right by the grammar; what is not passed may be right too and has to go through the full parser. The octets are
 * looked at as they came: that costs a fraction of looking at the characters of a text that was cut out of a message. All
 * functions stop at a line end, and at the end of the octets.
 */

/** A character of a token. */
export const tokenMark = 1;
const hostMark = 2;
const userMark = 4;
export const digitMark = 8;
/** A dot or a hyphen: what cannot stand at the ends of a label of a host. */
const separatorMark = 16;
/** What stands in a quoted string and means nothing but itself. */
export const quotedMark = 32;

const marks = new Uint8Array(256);
for (let code = 0x20; code < 0x7f; code++) marks[code] = quotedMark;
markAll('"\\', 0);
markAll("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", quotedMark | tokenMark | hostMark | userMark);
markAll("0123456789", quotedMark | tokenMark | hostMark | userMark | digitMark);
markAll("-.", quotedMark | tokenMark | hostMark | userMark | separatorMark);
markAll("_!~*'+", quotedMark | tokenMark | userMark);

function markAll(characters: string, bits: number): void {
  for (const character of characters) marks[character.charCodeAt(0)] = bits;
}

const hyphen = 0x2d;
const dot = 0x2e;
const zero = 0x30;
const nine = 0x39;
const colon = 0x3a;
const semicolon = 0x3b;
const equal = 0x3d;
const at = 0x40;
const lowerI = 0x69;
const lowerP = 0x70;
const lowerQ = 0x71;
const lowerR = 0x72;
const lowerS = 0x73;
const lowerT = 0x74;

/** Names of parameters whose values have a range, in lower case. */
const ttl = Buffer.from("ttl");
const rport = Buffer.from("rport");

/** Passes characters of one kind. */
export function run(octets: Uint8Array, start: number, mark: number): number {
  let index = start;
  while (((marks[octets[index] ?? 0] ?? 0) & mark) !== 0) index++;
  return index;
}

/** The digit that stands there, or -1. */
export function digitAt(octets: Uint8Array, index: number): number {
  const code = octets[index] ?? 0;
  return code >= zero && code <= nine ? code - zero : -1;
}

/** Tells whether these very octets stand there. */
export function standsAt(octets: Uint8Array, start: number, expected: Uint8Array): boolean {
  for (let index = 0; index < expected.length; index++) if (octets[start + index] !== expected[index]) return false;
  return true;
}

/** Passes a plain SIP or SIPS URI; -1 when it is none. */
export function plainUriEnd(octets: Uint8Array, start: number): number {
  const user = schemeEnd(octets, start);
  if (user < 0) return -1;
  const userEnd = run(octets, user, userMark);
  const host = octets[userEnd] === at && userEnd > user ? userEnd + 1 : user;
  const end = plainHostPortEnd(octets, host);
  return end < 0 ? -1 : plainParametersEnd(octets, end);
}

/** Passes `sip:` or `sips:`, which nearly everybody writes in lower case; -1 for anything else. */
function schemeEnd(octets: Uint8Array, start: number): number {
  if (octets[start] !== lowerS || octets[start + 1] !== lowerI || octets[start + 2] !== lowerP) return -1;
  if (octets[start + 3] === colon) return start + 4;
  return octets[start + 3] === lowerS && octets[start + 4] === colon ? start + 5 : -1;
}

/** Passes a host name or IPv4 address of harmless letters, and a port. Returns -1 when it is neither. */
export function plainHostPortEnd(octets: Uint8Array, start: number): number {
  const end = hostEnd(octets, start);
  if (end < 0 || octets[end] !== colon) return end;
  const portEnd = run(octets, end + 1, digitMark);
  return isInRange(octets, end + 1, portEnd) ? portEnd : -1;
}

const maximumHost = 255;

/** An IPv4 address, or a name whose last label begins with a letter and whose labels have no hyphen at their ends. */
function hostEnd(octets: Uint8Array, start: number): number {
  let index = start;
  let last = separatorMark;
  for (; ; index++) {
    const next = marks[octets[index] ?? 0] ?? 0;
    if ((next & hostMark) === 0) break;
    // two hyphens may stand together inside a label, and nothing else
    if ((next & last & separatorMark) !== 0 && !isDoubleHyphen(octets, index)) return -1;
    last = next;
  }
  if ((last & separatorMark) !== 0 || index - start > maximumHost) return -1;
  let label = index;
  while (label > start && octets[label - 1] !== dot) label--;
  return digitAt(octets, label) < 0 || isIpv4(octets, start, index) ? index : -1;
}

function isDoubleHyphen(octets: Uint8Array, index: number): boolean {
  return octets[index] === hyphen && octets[index - 1] === hyphen;
}

function isIpv4(octets: Uint8Array, start: number, end: number): boolean {
  let parts = 1;
  let value = 0;
  let digits = 0;
  for (let index = start; index < end; index++) {
    const code = octets[index] ?? 0;
    if (code === dot) {
      if (digits === 0) return false;
      parts++;
      value = 0;
      digits = 0;
      continue;
    }
    if (code < zero || code > nine) return false;
    value = value * 10 + code - zero;
    if (++digits > 3 || value > 255) return false;
  }
  return parts === 4 && digits > 0;
}

/** More parameters than usual go to the full parser. */
const mostParameters = 8;

/** Passes `;name=value` and `;name` made of token characters; returns where it stopped: at a name that may stand twice, too. */
export function plainParametersEnd(octets: Uint8Array, start: number): number {
  let index = start;
  let seen = 0;
  for (let count = 0; octets[index] === semicolon; count++) {
    const nameStart = index + 1;
    const end = run(octets, nameStart, tokenMark);
    if (end === nameStart || count === mostParameters) return index;
    // names with another first letter or length differ: nearly always that is all there is to see
    const bit = 1 << ((((octets[nameStart] ?? 0) | 0x20) ^ (end - nameStart)) & 31);
    if ((seen & bit) !== 0 && mayStandBefore(octets, start, nameStart, end)) return index;
    seen |= bit;
    const valueEnd = octets[end] === equal ? run(octets, end + 1, tokenMark) : end;
    if (valueEnd === end + 1 || mayBeOutOfRange(octets, nameStart, end, valueEnd)) return index;
    index = valueEnd;
  }
  return index;
}

/** Tells whether the value of `q`, `ttl` or `rport` has to be looked at more closely; a name alone ends where its value would. */
function mayBeOutOfRange(octets: Uint8Array, nameStart: number, nameEnd: number, valueEnd: number): boolean {
  const first = (octets[nameStart] ?? 0) | 0x20;
  if (nameEnd - nameStart === 1) return first === lowerQ;
  if (nameEnd - nameStart === 3) return first === lowerT && isName(octets, nameStart, ttl);
  if (nameEnd - nameStart !== 5 || first !== lowerR) return false;
  if (valueEnd === nameEnd || !isName(octets, nameStart, rport)) return false;
  return !isPort(octets, nameEnd + 1, valueEnd);
}

/** Tells whether a name of letters, given in lower case, stands there. */
function isName(octets: Uint8Array, start: number, name: Uint8Array): boolean {
  for (let index = 0; index < name.length; index++) {
    if (((octets[start + index] ?? 0) | 0x20) !== name[index]) return false;
  }
  return true;
}

function isPort(octets: Uint8Array, start: number, end: number): boolean {
  return run(octets, start, digitMark) === end && isInRange(octets, start, end);
}

/** Tells whether digits stand for a number up to 65535. */
function isInRange(octets: Uint8Array, start: number, end: number): boolean {
  if (end - start < 5) return end > start;
  let port = 0;
  for (let index = start; index < end && port <= 65535; index++) port = port * 10 + digitAt(octets, index);
  return port <= 65535;
}

/** Tells whether one of the parameters from `listStart` on may have the name that stands from `start` to `end`. */
function mayStandBefore(octets: Uint8Array, listStart: number, start: number, end: number): boolean {
  for (let other = listStart + 1; other < start; other++) {
    let index = start;
    while (index < end && ((octets[index] ?? 0) | 0x20) === ((octets[other + index - start] ?? 0) | 0x20)) index++;
    if (index === end && ((marks[octets[other + end - start] ?? 0] ?? 0) & tokenMark) === 0) return true;
    while (octets[other] !== semicolon) other++;
  }
  return false;
}
