import { DOT } from "./character-codes.js";
import { isDigit } from "./character-tables.js";

/** Longest text of an IPv6 address: eight groups, the last two as IPv4 address, and the third colon of RFC 5118 §4.10. */
const LONGEST_IPV6 = 46;

/** Tells whether the text is an IPv4 address: four decimal numbers up to 255 (RFC 3261 §25.1, limit from RFC 3986 §3.2.2). */
export function isIpv4(text: string, start = 0, end = text.length): boolean {
  return ipv4Number(text, start, end) >= 0;
}

/** Tells whether the text is an IPv6 address without brackets, by the grammar of RFC 3986 §3.2.2 (RFC 5954). */
export function isIpv6(text: string): boolean {
  return ipv6Groups(text) !== undefined;
}

/** The eight groups of an IPv6 address in plain lower-case hexadecimal, the same for every spelling of the address. */
export function canonicalIpv6(text: string): string | undefined {
  return ipv6Groups(text)
    ?.map((group) => group.toString(16))
    .join(":");
}

/**
 * Mends the third colon that the grammar of RFC 3261 let stand before an embedded IPv4 address
 * (`2001:db8:::192.0.2.1`). Other text comes back as it is.
 *
 * Deviates: RFC 5954 has no such address; RFC 5118 §4.10 asks to take it and never to write it.
 */
export function mendIpv6(text: string): string {
  const colons = text.indexOf(":::");
  return colons >= 0 && isIpv4(text.slice(colons + 3)) ? text.slice(0, colons) + text.slice(colons + 1) : text;
}

function ipv6Groups(text: string): number[] | undefined {
  if (text.length < 2 || text.length > LONGEST_IPV6) return undefined;
  const gap = text.indexOf("::");
  if (gap < 0) {
    const groups = groupsOf(text, true);
    return groups?.length === 8 ? groups : undefined;
  }
  const head = groupsOf(text.slice(0, gap), false);
  const tail = groupsOf(text.slice(gap + 2), true);
  if (head === undefined || tail === undefined || head.length + tail.length > 7) return undefined;
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function groupsOf(text: string, ipv4Allowed: boolean): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (ipv4Allowed && index === parts.length - 1 && part.includes(".")) {
      const ipv4 = ipv4Number(part, 0, part.length);
      if (ipv4 < 0) return undefined;
      groups.push(Math.floor(ipv4 / 65_536), ipv4 % 65_536);
    } else {
      const group = hexGroup(part);
      if (group < 0) return undefined;
      groups.push(group);
    }
  }
  return groups;
}

function hexGroup(part: string): number {
  if (part.length === 0 || part.length > 4) return -1;
  let value = 0;
  for (let index = 0; index < part.length; index++) {
    const digit = hexDigit(part.charCodeAt(index));
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

function hexDigit(code: number): number {
  if (isDigit(code)) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** The IPv4 address between two indexes as one number, or -1. */
function ipv4Number(text: string, start: number, end: number): number {
  let address = 0;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (isDigit(code)) {
      octet = octet * 10 + code - 0x30;
      if (++digits > 3 || octet > 255) return -1;
    } else if (code === DOT && digits > 0 && ++dots < 4) {
      address = address * 256 + octet;
      octet = 0;
      digits = 0;
    } else {
      return -1;
    }
  }
  return dots === 3 && digits > 0 ? address * 256 + octet : -1;
}
