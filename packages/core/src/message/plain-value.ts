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
const colon = 0x3a;
const semicolon = 0x3b;
const less = 0x3c;
const equal = 0x3d;
const greater = 0x3e;
const at = 0x40;

function run(text: string, start: number, mark: number): number {
  let index = start;
  while (index < text.length && ((marks[text.charCodeAt(index)] ?? 0) & mark) !== 0) index++;
  return index;
}

/** Skips `;name=value` and `;name` made of token characters; returns where it stopped. */
function skipParameters(text: string, start: number): number {
  let index = start;
  while (text.charCodeAt(index) === semicolon) {
    const end = run(text, index + 1, tokenMark);
    if (end === index + 1) return index;
    index = end;
    if (text.charCodeAt(index) !== equal) continue;
    const valueEnd = run(text, index + 1, tokenMark);
    if (valueEnd === index + 1) return index;
    index = valueEnd;
  }
  return index;
}

const maximumHost = 255;

/** Skips a host name or IPv4 address of harmless letters, and a port. Returns -1 when it is neither. */
function skipHostPort(text: string, start: number): number {
  const end = run(text, start, hostMark);
  if (end === start || end - start > maximumHost) return -1;
  const first = text.charCodeAt(start);
  const last = text.charCodeAt(end - 1);
  if (!isAlphanumeric(first) || !isAlphanumeric(last)) return -1;
  if (text.includes("..", start) || !isHost(text, start, end)) return -1;
  if (text.charCodeAt(end) !== colon) return end;
  let index = end + 1;
  let port = 0;
  for (
    let code = text.charCodeAt(index);
    code >= 0x30 && code <= 0x39 && port <= 65535;
    code = text.charCodeAt(++index)
  ) {
    port = port * 10 + code - 0x30;
  }
  return index > end + 1 && port <= 65535 ? index : -1;
}

function isAlphanumeric(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

/** An IPv4 address, or a name whose last label begins with a letter and whose labels have no hyphen at their ends. */
function isHost(text: string, start: number, end: number): boolean {
  const label = text.lastIndexOf(".", end - 1);
  const code = text.charCodeAt(label < start ? start : label + 1);
  if (code >= 0x30 && code <= 0x39) return isIpv4(text, start, end);
  for (let index = start + 1; index < end - 1; index++) {
    if (text.charCodeAt(index) !== 0x2d) continue;
    if (text.charCodeAt(index - 1) === 0x2e || text.charCodeAt(index + 1) === 0x2e) return false;
  }
  return true;
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

/** Takes a whole text that is a plain SIP or SIPS URI without parameters whose repetition had to be looked for. */
export function isPlainUri(text: string): boolean {
  return skipUri(text, 0) === text.length && !mayRepeat(text, 0);
}

/** Two parameters of one name are an error; more than two parameters go to the full parser, which looks. */
function mayRepeat(text: string, start: number): boolean {
  let count = 0;
  for (let index = text.indexOf(";", start); index >= 0; index = text.indexOf(";", index + 1)) count++;
  return count > 2;
}

/** Takes `<sip:user@host:port;p=v>;p=v`, and the same with a display name of tokens or a simple quoted string. */
export function isPlainNameAddress(text: string, start: number): boolean {
  const open = skipDisplayName(text, start);
  if (text.charCodeAt(open) !== less) return false;
  const close = skipUri(text, open + 1);
  if (close < 0 || text.charCodeAt(close) !== greater) return false;
  return skipParameters(text, close + 1) === text.length && !mayRepeat(text, open);
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
  return host >= 0 && skipParameters(text, host) === text.length && !mayRepeat(text, host);
}
