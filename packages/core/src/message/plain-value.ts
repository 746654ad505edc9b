import { digitsValue } from "../grammar/digits.js";
import { equalIgnoringCase } from "../grammar/equal-ignoring-case.js";

/**
 * Cheap acceptance of the values that nearly every message carries. A value that one of these functions takes is right by
 * the grammar; one that it does not take may be right too and has to go through the full parser.
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
const hyphen = 0x2d;
const dot = 0x2e;
const colon = 0x3a;
const semicolon = 0x3b;
const less = 0x3c;
const equal = 0x3d;
const greater = 0x3e;
const at = 0x40;
const lowerQ = 0x71;
const lowerR = 0x72;
const lowerT = 0x74;

function run(text: string, start: number, mark: number): number {
  let index = start;
  while (index < text.length && ((marks[text.charCodeAt(index)] ?? 0) & mark) !== 0) index++;
  return index;
}

/** More parameters than usual go to the full parser. */
const mostParameters = 8;

/** Skips `;name=value` and `;name` made of token characters; returns where it stopped: at a name that may stand twice, too. */
function skipParameters(text: string, start: number): number {
  let index = start;
  for (let count = 0; text.charCodeAt(index) === semicolon; count++) {
    const nameStart = index + 1;
    const end = run(text, nameStart, tokenMark);
    if (end === nameStart || count === mostParameters || mayStandBefore(text, start, nameStart, end)) return index;
    const valueEnd = text.charCodeAt(end) === equal ? run(text, end + 1, tokenMark) : end;
    if (valueEnd === end + 1 || mayBeOutOfRange(text, nameStart, end, valueEnd)) return index;
    index = valueEnd;
  }
  return index;
}

/** Tells whether the value of `q`, `ttl` or `rport` has to be looked at more closely; a name alone ends where its value would. */
function mayBeOutOfRange(text: string, nameStart: number, nameEnd: number, valueEnd: number): boolean {
  const first = text.charCodeAt(nameStart) | 0x20;
  if (nameEnd - nameStart === 1) return first === lowerQ;
  if (nameEnd - nameStart === 3) return first === lowerT && equalIgnoringCase(text.slice(nameStart, nameEnd), "ttl");
  if (nameEnd - nameStart !== 5 || first !== lowerR) return false;
  if (valueEnd === nameEnd || !equalIgnoringCase(text.slice(nameStart, nameEnd), "rport")) return false;
  const port = digitsValue(text, nameEnd + 1, valueEnd);
  return port < 0 || port > 65535;
}

/** Tells whether one of the parameters from `listStart` on may have the name that stands from `start` to `end`. */
function mayStandBefore(text: string, listStart: number, start: number, end: number): boolean {
  for (let other = listStart + 1; other < start; other = text.indexOf(";", other) + 1) {
    let index = start;
    while (index < end && (text.charCodeAt(index) | 0x20) === (text.charCodeAt(other + index - start) | 0x20)) index++;
    if (index === end && (marks[text.charCodeAt(other + end - start)] ?? 0) === 0) return true;
  }
  return false;
}

const maximumHost = 255;

/** Skips a host name or IPv4 address of harmless letters, and a port. Returns -1 when it is neither. */
function skipHostPort(text: string, start: number): number {
  const end = skipHost(text, start);
  if (end < 0 || text.charCodeAt(end) !== colon) return end;
  let index = end + 1;
  let port = 0;
  for (let digit = digitAt(text, index); digit >= 0 && port <= 65535; digit = digitAt(text, ++index)) {
    port = port * 10 + digit;
  }
  return index > end + 1 && port <= 65535 ? index : -1;
}

/** An IPv4 address, or a name whose last label begins with a letter and whose labels have no hyphen at their ends. */
function skipHost(text: string, start: number): number {
  let labelStart = start;
  let index = start;
  let last = dot;
  for (; ; index++) {
    const code = text.charCodeAt(index);
    if (((marks[code] ?? 0) & hostMark) === 0) break;
    if (code === dot) {
      if (last === dot || last === hyphen) return -1;
      labelStart = index + 1;
    } else if (code === hyphen && last === dot) return -1;
    last = code;
  }
  if (last === dot || last === hyphen || index - start > maximumHost) return -1;
  return digitAt(text, labelStart) < 0 || isIpv4(text, start, index) ? index : -1;
}

function digitAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code >= 0x30 && code <= 0x39 ? code - 0x30 : -1;
}

function isIpv4(text: string, start: number, end: number): boolean {
  let parts = 1;
  let value = 0;
  let digits = 0;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x2e) {
      if (digits === 0) return false;
      parts++;
      value = 0;
      digits = 0;
      continue;
    }
    if (code < 0x30 || code > 0x39) return false;
    value = value * 10 + code - 0x30;
    if (++digits > 3 || value > 255) return false;
  }
  return parts === 4 && digits > 0;
}

function skipScheme(text: string, start: number): number {
  if (text.startsWith("sip:", start)) return start + 4;
  return text.startsWith("sips:", start) ? start + 5 : -1;
}

/** Skips a plain SIP or SIPS URI; -1 when it is none. */
function skipUri(text: string, start: number): number {
  const user = skipScheme(text, start);
  if (user < 0) return -1;
  const userEnd = run(text, user, userMark);
  const host = text.charCodeAt(userEnd) === at && userEnd > user ? userEnd + 1 : user;
  const hostEnd = skipHostPort(text, host);
  return hostEnd < 0 ? -1 : skipParameters(text, hostEnd);
}

/** Takes a whole text that is a plain SIP or SIPS URI. */
export function isPlainUri(text: string): boolean {
  return skipUri(text, 0) === text.length;
}

/** Takes `<sip:user@host:port;p=v>;p=v`, and the same with a display name of tokens or a simple quoted string. */
export function isPlainNameAddress(text: string, start: number): boolean {
  const open = skipDisplayName(text, start);
  if (text.charCodeAt(open) !== less) return false;
  const close = skipUri(text, open + 1);
  if (close < 0 || text.charCodeAt(close) !== greater) return false;
  return skipParameters(text, close + 1) === text.length;
}

function skipDisplayName(text: string, start: number): number {
  let index = start;
  if (text.charCodeAt(index) === 0x22) {
    index = text.indexOf('"', index + 1) + 1;
    for (let place = start + 1; place < index - 1; place++) {
      const code = text.charCodeAt(place);
      if (code < space || code > 0x7e || code === 0x5c) return start;
    }
  } else index = run(text, index, tokenMark);
  while (text.charCodeAt(index) === space) index++;
  return index;
}

/** Takes one `SIP/2.0/UDP host:port;branch=…` without a second value. */
export function isPlainVia(text: string, start: number): boolean {
  if (!text.startsWith("SIP/2.0/", start)) return false;
  const protocolEnd = run(text, start + 8, tokenMark);
  if (protocolEnd === start + 8 || text.charCodeAt(protocolEnd) !== space) return false;
  const host = skipHostPort(text, protocolEnd + 1);
  return host >= 0 && skipParameters(text, host) === text.length;
}

/** Takes a Call-ID of token characters, with or without a host of such characters. */
export function isPlainCallId(text: string, start: number): boolean {
  const end = run(text, start, tokenMark);
  if (end === start) return false;
  if (text.charCodeAt(end) !== at) return end === text.length;
  return end + 1 < text.length && run(text, end + 1, tokenMark) === text.length;
}
