/**
 * Cheap acceptance of the values that nearly every message carries. A value that one of these functions takes is right by
 * the grammar; one that it does not take may be right too and has to go through the full parser. They look at the octets
 * as they came: that costs a fraction of looking at the characters of a text that was cut out of a message. The octet
 * behind a value, where there is one, is a line end or a space, which none of them goes past.
 */

const tokenMark = 1;
const hostMark = 2;
const userMark = 4;

const marks = new Uint8Array(256);
for (const character of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") {
  marks[character.charCodeAt(0)] = tokenMark | hostMark | userMark;
}
for (const character of "-.") marks[character.charCodeAt(0)] = tokenMark | hostMark | userMark;
for (const character of "_!~*'+") marks[character.charCodeAt(0)] = tokenMark | userMark;

const space = 0x20;
const quote = 0x22;
const hyphen = 0x2d;
const dot = 0x2e;
const zero = 0x30;
const nine = 0x39;
const colon = 0x3a;
const semicolon = 0x3b;
const less = 0x3c;
const equal = 0x3d;
const greater = 0x3e;
const at = 0x40;
const backslash = 0x5c;
const lowerP = 0x70;
const lowerQ = 0x71;
const lowerR = 0x72;
const lowerS = 0x73;
const lowerT = 0x74;

/** Names of parameters whose values have a range, in lower case. */
const ttl = Buffer.from("ttl");
const rport = Buffer.from("rport");
const version = Buffer.from("SIP/2.0/");

function run(octets: Uint8Array, start: number, mark: number): number {
  let index = start;
  while (((marks[octets[index] ?? 0] ?? 0) & mark) !== 0) index++;
  return index;
}

/** More parameters than usual go to the full parser. */
const mostParameters = 8;

/** Skips `;name=value` and `;name` made of token characters; returns where it stopped: at a name that may stand twice, too. */
function skipParameters(octets: Uint8Array, start: number): number {
  let index = start;
  for (let count = 0; octets[index] === semicolon; count++) {
    const nameStart = index + 1;
    const end = run(octets, nameStart, tokenMark);
    if (end === nameStart || count === mostParameters || mayStandBefore(octets, start, nameStart, end)) return index;
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
  let port = 0;
  for (let index = start; index < end; index++) {
    const digit = digitAt(octets, index);
    if (digit < 0) return false;
    port = port * 10 + digit;
    if (port > 65535) return false;
  }
  return end > start;
}

/** Tells whether one of the parameters from `listStart` on may have the name that stands from `start` to `end`. */
function mayStandBefore(octets: Uint8Array, listStart: number, start: number, end: number): boolean {
  for (let other = listStart + 1; other < start; other++) {
    let index = start;
    while (index < end && ((octets[index] ?? 0) | 0x20) === ((octets[other + index - start] ?? 0) | 0x20)) index++;
    if (index === end && (marks[octets[other + end - start] ?? 0] ?? 0) === 0) return true;
    while (octets[other] !== semicolon) other++;
  }
  return false;
}

const maximumHost = 255;

/** Skips a host name or IPv4 address of harmless letters, and a port. Returns -1 when it is neither. */
function skipHostPort(octets: Uint8Array, start: number): number {
  const end = skipHost(octets, start);
  if (end < 0 || octets[end] !== colon) return end;
  let index = end + 1;
  let port = 0;
  for (let digit = digitAt(octets, index); digit >= 0 && port <= 65535; digit = digitAt(octets, ++index)) {
    port = port * 10 + digit;
  }
  return index > end + 1 && port <= 65535 ? index : -1;
}

/** An IPv4 address, or a name whose last label begins with a letter and whose labels have no hyphen at their ends. */
function skipHost(octets: Uint8Array, start: number): number {
  let labelStart = start;
  let index = start;
  let last = dot;
  for (; ; index++) {
    const code = octets[index] ?? 0;
    if (((marks[code] ?? 0) & hostMark) === 0) break;
    if (code === dot) {
      if (last === dot || last === hyphen) return -1;
      labelStart = index + 1;
    } else if (code === hyphen && last === dot) return -1;
    last = code;
  }
  if (last === dot || last === hyphen || index - start > maximumHost) return -1;
  return digitAt(octets, labelStart) < 0 || isIpv4(octets, start, index) ? index : -1;
}

function digitAt(octets: Uint8Array, index: number): number {
  const code = octets[index] ?? 0;
  return code >= zero && code <= nine ? code - zero : -1;
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

/** Skips `sip:` or `sips:`, which nearly everybody writes in lower case; -1 for anything else. */
function skipScheme(octets: Uint8Array, start: number): number {
  if (octets[start] !== lowerS || octets[start + 1] !== 0x69 || octets[start + 2] !== lowerP) return -1;
  if (octets[start + 3] === colon) return start + 4;
  return octets[start + 3] === lowerS && octets[start + 4] === colon ? start + 5 : -1;
}

/** Skips a plain SIP or SIPS URI; -1 when it is none. */
function skipUri(octets: Uint8Array, start: number): number {
  const user = skipScheme(octets, start);
  if (user < 0) return -1;
  const userEnd = run(octets, user, userMark);
  const host = octets[userEnd] === at && userEnd > user ? userEnd + 1 : user;
  const hostEnd = skipHostPort(octets, host);
  return hostEnd < 0 ? -1 : skipParameters(octets, hostEnd);
}

/** Takes a plain SIP or SIPS URI. */
export function isPlainUri(octets: Uint8Array, start: number, end: number): boolean {
  return skipUri(octets, start) === end;
}

/** Takes `<sip:user@host:port;p=v>;p=v`, and the same with a display name of tokens or a simple quoted string. */
export function isPlainNameAddress(octets: Uint8Array, start: number, end: number): boolean {
  const open = skipDisplayName(octets, start, end);
  if (octets[open] !== less) return false;
  const close = skipUri(octets, open + 1);
  if (close < 0 || octets[close] !== greater) return false;
  return skipParameters(octets, close + 1) === end;
}

function skipDisplayName(octets: Uint8Array, start: number, end: number): number {
  let index = start;
  if (octets[index] === quote) {
    for (index++; octets[index] !== quote; index++) {
      const code = octets[index] ?? 0;
      if (index >= end || code < space || code > 0x7e || code === backslash) return start;
    }
    index++;
  } else index = run(octets, index, tokenMark);
  while (octets[index] === space) index++;
  return index;
}

/** Takes one `SIP/2.0/UDP host:port;branch=…` without a second value. */
export function isPlainVia(octets: Uint8Array, start: number, end: number): boolean {
  for (let index = 0; index < version.length; index++) if (octets[start + index] !== version[index]) return false;
  const transport = start + version.length;
  const protocolEnd = run(octets, transport, tokenMark);
  if (protocolEnd === transport || octets[protocolEnd] !== space) return false;
  const host = skipHostPort(octets, protocolEnd + 1);
  return host >= 0 && skipParameters(octets, host) === end;
}

/** Takes a Call-ID of token characters, with or without a host of such characters. */
export function isPlainCallId(octets: Uint8Array, start: number, callIdEnd: number): boolean {
  const end = run(octets, start, tokenMark);
  if (end === start) return false;
  if (octets[end] !== at) return end === callIdEnd;
  return end + 1 < callIdEnd && run(octets, end + 1, tokenMark) === callIdEnd;
}

/** Takes a number in digits alone. */
export function isPlainNumber(octets: Uint8Array, start: number, end: number): boolean {
  let index = start;
  while (digitAt(octets, index) >= 0) index++;
  return index > start && index === end;
}
