import { isEngineError } from "../../errors/engine-error.js";
import { splitCommaList } from "../../grammar/comma-list.js";
import { EQUALS } from "../../grammar/character-codes.js";
import { skipSpace, tokenEnd } from "../../grammar/scan.js";
import type { AuthSchemeValue } from "../../headers/auth-scheme-value.js";
import type { HeaderCodec } from "../../headers/header-value.js";
import { readOne } from "../../headers/read-header.js";

/** More values than any server or client writes into one field are not looked at. */
const mostValues = 32;

/** What one value of an authentication field turned out to be. */
export type DigestParse<T> =
  | { readonly kind: "digest"; readonly value: T }
  /** Another scheme: to be passed over (RFC 3261 §22.1 forbids Basic). */
  | { readonly kind: "other"; readonly scheme: string }
  | { readonly kind: "malformed"; readonly reason: string; readonly realm?: string | undefined };

/** How a field is read: as header, and from there as digest, or as the reason why it is none. */
export interface DigestReading<H extends AuthSchemeValue, T> {
  readonly header: string;
  readonly codec: HeaderCodec<H>;
  readonly toDigest: (value: H) => T | string;
}

/**
 * Reads the text of an authentication field and never throws. What RFC 3261 §7.3.1 forbids to send is understood all the
 * same: several values joined by commas, and empty list elements.
 */
export function parseDigestValues<H extends AuthSchemeValue, T>(
  text: string,
  reading: DigestReading<H, T>,
): readonly DigestParse<T>[] {
  const whole = parseOne(text, reading);
  if (whole.kind !== "malformed" || whole.realm !== undefined) return [whole];
  const values = splitValues(text);
  if (values.length === 0) return [];
  const parsed: DigestParse<T>[] = [];
  for (const value of values.slice(0, mostValues)) {
    const one = parseOne(value, reading);
    parsed.push(one);
    // Behind something broken nothing is where it seems to be.
    if (one.kind === "malformed") break;
  }
  return parsed;
}

function parseOne<H extends AuthSchemeValue, T>(text: string, reading: DigestReading<H, T>): DigestParse<T> {
  try {
    const value = readOne(reading.codec, text, reading.header);
    if (!value.isDigest) return { kind: "other", scheme: value.scheme };
    const result = reading.toDigest(value);
    if (typeof result !== "string") return { kind: "digest", value: result };
    return { kind: "malformed", reason: result, realm: value.realm };
  } catch (cause) {
    if (isEngineError(cause)) return { kind: "malformed", reason: cause.message };
    throw cause;
  }
}

/** Cuts a field where a scheme begins, and leaves out empty list elements. */
function splitValues(text: string): string[] {
  const values: string[] = [];
  let value: string[] = [];
  for (const part of splitCommaList(text)) {
    if (part === "") continue;
    if (startsScheme(part) && value.length > 0) {
      values.push(value.join(", "));
      value = [];
    }
    value.push(part);
  }
  return value.length > 0 ? [...values, value.join(", ")] : values;
}

/** A token, white space and no equals sign. */
function startsScheme(part: string): boolean {
  const end = tokenEnd(part, 0, part.length);
  const next = skipSpace(part, end, part.length);
  return end > 0 && next > end && next < part.length && part.charCodeAt(next) !== EQUALS;
}
