import { CLOSE_BRACKET, HYPHEN, OPEN_BRACKET } from "./character-codes.js";
import { hostCharacters, isDigit } from "./character-tables.js";
import { canonicalIpv6, isIpv4, isIpv6, mendIpv6 } from "./ip-address.js";
import { scanWhile } from "./scan.js";

/** Longest IPv6 reference with its brackets and a margin; a bracket further away is no reference. */
const LONGEST_REFERENCE = 50;

/**
 * The index behind the host that starts at `index`, or -1 if none stands there: `host` of RFC 3261 §25.1 with IPv6
 * references by RFC 3986 (RFC 5954).
 *
 * Deviates: underscores are taken in names, as they occur in the field.
 */
export function hostEnd(text: string, index: number, end: number): number {
  return text.charCodeAt(index) === OPEN_BRACKET ? referenceEnd(text, index, end) : nameEnd(text, index, end);
}

/** The host between two indexes that {@link hostEnd} found: IPv6 without its brackets and with its colons mended. */
export function hostBetween(text: string, start: number, end: number): string {
  return text.charCodeAt(start) === OPEN_BRACKET ? mendIpv6(text.slice(start + 1, end - 1)) : text.slice(start, end);
}

/** Tells whether the text is a host name, an IPv4 address, or an IPv6 address without brackets. */
export function isHost(text: string): boolean {
  if (text.includes(":")) return isIpv6(text);
  return text.length > 0 && text.charCodeAt(0) !== OPEN_BRACKET && nameEnd(text, 0, text.length) === text.length;
}

/** Takes the brackets off an IPv6 reference; other text comes back as it is. */
export function withoutBrackets(host: string): string {
  const inBrackets = host.charCodeAt(0) === OPEN_BRACKET && host.charCodeAt(host.length - 1) === CLOSE_BRACKET;
  return inBrackets ? host.slice(1, -1) : host;
}

/** A host as it is written in URIs and in Via: IPv6 in brackets. */
export function formatHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** A host and, if there is one, its port as they are written in URIs and in Via. */
export function formatHostPort(host: string, port: number | undefined): string {
  return port === undefined ? formatHost(host) : `${formatHost(host)}:${port}`;
}

/** One spelling for all spellings of a host: IPv6 as its eight groups, names in lower case (RFC 3261 §19.1.4, RFC 5954 §4.2). */
export function canonicalHost(host: string): string {
  return host.includes(":") ? (canonicalIpv6(host) ?? host.toLowerCase()) : host.toLowerCase();
}

function referenceEnd(text: string, index: number, end: number): number {
  const close = text.slice(index, Math.min(end, index + LONGEST_REFERENCE)).indexOf("]");
  if (close < 0) return -1;
  return isIpv6(mendIpv6(text.slice(index + 1, index + close))) ? index + close + 1 : -1;
}

/** Reads `hostname` or an IPv4 address: no label is empty, starts or ends with a hyphen; the top label starts with no digit. */
function nameEnd(text: string, start: number, end: number): number {
  const index = scanWhile(text, start, end, hostCharacters);
  if (index === start) return -1;
  const first = text.charCodeAt(start);
  if (isDigit(first) && isIpv4(text, start, index)) return index;
  let label = start;
  let topLabel = start;
  for (let dot = text.indexOf(".", start); dot >= 0 && dot < index; dot = text.indexOf(".", label)) {
    if (!isLabel(text, label, dot)) return -1;
    topLabel = label;
    label = dot + 1;
  }
  if (label < index) topLabel = label;
  if (label < index && !isLabel(text, label, index)) return -1;
  return isDigit(text.charCodeAt(topLabel)) ? -1 : index;
}

function isLabel(text: string, start: number, end: number): boolean {
  return end > start && text.charCodeAt(start) !== HYPHEN && text.charCodeAt(end - 1) !== HYPHEN;
}
