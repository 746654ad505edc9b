import { equalIgnoringCase } from "../grammar/equal-ignoring-case.js";
import { unfold } from "../grammar/scan.js";
import type { UriHeaders } from "./uri-headers.js";

/** Header fields whose whole value compares with case. */
const exactHeaders: ReadonlySet<string> = new Set([
  "body",
  "call-id",
  "i",
  "in-reply-to",
  "organization",
  "replaces",
  "server",
  "subject",
  "s",
  "user-agent",
]);

/** Header fields made of addresses: what stands before the `@` compares with case. */
const addressHeaders: ReadonlySet<string> = new Set([
  "contact",
  "from",
  "f",
  "m",
  "p-asserted-identity",
  "p-preferred-identity",
  "record-route",
  "refer-to",
  "r",
  "referred-by",
  "b",
  "reply-to",
  "route",
  "t",
  "to",
]);

/**
 * Tells whether two URIs propose the same header fields (RFC 3261 §19.1.4): no name in one only, the order of
 * different names means nothing.
 *
 * Deviates: values compare by the rules of their header field only as far as these can be told without reading it:
 * without case, except for quoted strings, the user part of addresses, and free text.
 */
export function equalUriHeaders(left: UriHeaders, right: UriHeaders): boolean {
  if (left.size !== right.size) return false;
  if (left.size === 0) return true;
  const mine = valuesByName(left);
  const theirs = valuesByName(right);
  if (mine.size !== theirs.size) return false;
  for (const [name, values] of mine) {
    const others = theirs.get(name);
    if (others?.length !== values.length) return false;
    if (!values.every((value, at) => equalHeaderValues(name, value, others[at] ?? ""))) return false;
  }
  return true;
}

function valuesByName(headers: UriHeaders): Map<string, string[]> {
  const byName = new Map<string, string[]>();
  for (const { name, value } of headers) {
    const key = name.toLowerCase();
    const values = byName.get(key);
    if (values === undefined) byName.set(key, [value]);
    else values.push(value);
  }
  return byName;
}

function equalHeaderValues(name: string, left: string, right: string): boolean {
  if (left === right) return true;
  if (exactHeaders.has(name)) return false;
  const mine = unfold(left);
  const theirs = unfold(right);
  const exactUpTo = addressHeaders.has(name) ? Math.max(mine.lastIndexOf("@"), 0) : 0;
  if (mine.slice(0, exactUpTo) !== theirs.slice(0, exactUpTo)) return false;
  return equalOutsideQuotes(mine.slice(exactUpTo), theirs.slice(exactUpTo));
}

function equalOutsideQuotes(left: string, right: string): boolean {
  const mine = left.split('"');
  const theirs = right.split('"');
  if (mine.length !== theirs.length) return false;
  return mine.every((part, at) => {
    const other = theirs[at] ?? "";
    return at % 2 === 0 ? equalIgnoringCase(part, other) : part === other;
  });
}
