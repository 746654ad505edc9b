import { canonicalHost } from "../../grammar/host.js";
import { rewriteTopVia } from "../../message/top-via.js";
import type { SipRequest } from "../../message/sip-request.js";
import { withoutZone, type Endpoint } from "../endpoint.js";

/**
 * Writes into the top Via of a request just received where it came from: `received` when sent-by does not tell it or
 * `rport` was asked for, and the value of `rport`. What the sender wrote there is overwritten. RFC 3261 §18.2.1, RFC 3581 §4.
 */
export function recordSource(request: SipRequest, remote: Endpoint): void {
  rewriteTopVia(request, sourceLine, remote);
}

const comma = 0x2c;
const equals = 0x3d;
const quote = 0x22;
const semicolon = 0x3b;
const backslash = 0x5c;
const lowerR = 0x72;

/** The Via line with the source in it; undefined when it says all already. */
function sourceLine(line: string, valueStart: number, request: SipRequest, remote: Endpoint): string | undefined {
  let rport = -1;
  let received = -1;
  let index = valueStart;
  for (; index < line.length; index++) {
    const code = line.charCodeAt(index);
    if (code === comma) break;
    if (code === quote) index = endOfQuotes(line, index);
    if (code !== semicolon) continue;
    const name = skipBlanks(line, index + 1);
    if ((line.charCodeAt(name) | 0x20) !== lowerR) continue;
    if (isParameter(line, name, "rport")) rport = name;
    else if (isParameter(line, name, "received")) received = name;
  }
  if (rport < 0 && received < 0 && isSource(request, remote)) return undefined;
  const address = `;received=${withoutZone(remote.address)}`;
  if (received >= 0) return overwrite(line, { received, rport, end: index }, address, remote.port);
  if (rport < 0) return line.slice(0, index) + address + line.slice(index);
  const nameEnd = rport + 5;
  const next = line.charCodeAt(nameEnd);
  const valueEnd = next === semicolon || nameEnd === index ? nameEnd : endOfParameter(line, nameEnd, index);
  return `${line.slice(0, nameEnd)}=${remote.port}${line.slice(valueEnd, index)}${address}${line.slice(index)}`;
}

interface Places {
  readonly received: number;
  readonly rport: number;
  readonly end: number;
}

/** The sender wrote a `received` of its own: it goes. */
function overwrite(line: string, { received, rport, end }: Places, address: string, port: number): string {
  let head = line.slice(0, end);
  let asksPort = false;
  for (const start of [received, rport].toSorted((one, other) => other - one)) {
    if (start < 0) continue;
    asksPort ||= start === rport;
    head = head.slice(0, head.lastIndexOf(";", start)) + head.slice(endOfParameter(line, start, end));
  }
  return head + address + (asksPort ? `;rport=${port}` : "") + line.slice(end);
}

/** Sent-by is the very address the packet came from; a name never is (RFC 3261 §18.2.1). */
function isSource(request: SipRequest, remote: Endpoint): boolean {
  const { host } = request.topVia;
  return host === remote.address || canonicalHost(host) === canonicalHost(withoutZone(remote.address));
}

/** Tells whether a parameter of that name begins there, in whatever case. */
function isParameter(line: string, start: number, name: string): boolean {
  const end = start + name.length;
  for (let index = start; index < end; index++) {
    if ((line.charCodeAt(index) | 0x20) !== name.charCodeAt(index - start)) return false;
  }
  const next = end < line.length ? line.charCodeAt(end) : comma;
  return next === semicolon || next === equals || next === comma || isBlank(next);
}

function endOfParameter(line: string, start: number, end: number): number {
  for (let index = start; index < end; index++) {
    const code = line.charCodeAt(index);
    if (code === semicolon) return index;
    if (code === quote) index = endOfQuotes(line, index);
  }
  return end;
}

/** Index of the quote that closes the string, or of the last character. */
function endOfQuotes(line: string, start: number): number {
  for (let index = start + 1; index < line.length; index++) {
    const code = line.charCodeAt(index);
    if (code === quote) return index;
    if (code === backslash) index++;
  }
  return line.length - 1;
}

function skipBlanks(line: string, start: number): number {
  let index = start;
  while (isBlank(line.charCodeAt(index))) index++;
  return index;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a;
}
