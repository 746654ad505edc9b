import { SocketAddress, isIPv6 } from "node:net";

/** An IP literal as the sockets take it. */
export interface NumericAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

const zero = 0x30;
const dot = 0x2e;

/**
 * Reads an IP literal, IPv6 with or without brackets, and gives its one canonical text; undefined when the host is a
 * name. IPv4 parts are decimal, leading zeros or not (RFC 3261 §25.1; RFC 5954 for IPv6).
 */
export function readNumericAddress(host: string): NumericAddress | undefined {
  if (host.includes(":")) return readIpv6(host);
  const address = readIpv4(host);
  return address === undefined ? undefined : { address, family: 4 };
}

function readIpv4(host: string): string | undefined {
  let dots = 0;
  let digits = 0;
  let part = 0;
  let padded = false;
  for (let index = 0; index < host.length; index++) {
    const code = host.charCodeAt(index);
    if (code === dot && digits > 0) {
      dots++;
      digits = 0;
      part = 0;
      continue;
    }
    if (code < zero || code > zero + 9) return undefined;
    padded ||= digits > 0 && part === 0;
    part = part * 10 + code - zero;
    if (++digits > 3 || part > 255) return undefined;
  }
  if (dots !== 3 || digits === 0) return undefined;
  return padded ? host.split(".").map(Number).join(".") : host;
}

function readIpv6(host: string): NumericAddress | undefined {
  const text = host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
  if (!isIPv6(text)) return undefined;
  // A zone index names an interface of this machine; it is no part of the address and has no canonical form.
  const address = text.includes("%") ? text : new SocketAddress({ address: text, family: "ipv6" }).address;
  return { address, family: 6 };
}

const longestName = 253;
const longestLabel = 63;

/**
 * A domain name in lower case and without the trailing dot; undefined when the text cannot be one: a bad character, a
 * label or name too long, or a last label of digits only, which would be a broken IPv4 address (RFC 1123 §2.1).
 * Underscores are taken, they occur in the field.
 */
export function readDomainName(text: string): string | undefined {
  const name = text.endsWith(".") ? text.slice(0, -1) : text;
  if (name.length === 0 || name.length > longestName) return undefined;
  let label = 0;
  let hasLetter = false;
  for (let index = 0; index < name.length; index++) {
    const code = name.charCodeAt(index);
    if (code === dot) {
      if (label === 0) return undefined;
      label = 0;
      hasLetter = false;
      continue;
    }
    if (!isNameCharacter(code) || ++label > longestLabel) return undefined;
    hasLetter ||= code < zero || code > zero + 9;
  }
  return label > 0 && hasLetter ? name.toLowerCase() : undefined;
}

/** Letter, digit, hyphen or underscore. */
function isNameCharacter(code: number): boolean {
  const lower = code | 0x20;
  if (lower >= 0x61 && lower <= 0x7a) return true;
  return (code >= zero && code <= zero + 9) || code === 0x2d || code === 0x5f;
}
