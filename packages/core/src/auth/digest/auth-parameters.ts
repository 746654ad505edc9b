import { COMMA, EQUALS, QUOTE } from "../../grammar/character-codes.js";
import { looseValueCharacters } from "../../grammar/character-tables.js";
import { quote, quotedStringEnd, unquote } from "../../grammar/quoted-string.js";
import { scanWhile, skipSpace, tokenEnd } from "../../grammar/scan.js";
import { isToken } from "../../grammar/token.js";

/** Parameters by lower-case name, values unquoted. */
export type AuthParameters = ReadonlyMap<string, string>;

/** One scheme with its parameters; `problem` says why reading stopped before the end. */
export interface AuthValue {
  /** As written; compare without case. */
  readonly scheme: string;
  readonly parameters: AuthParameters;
  readonly problem?: string;
}

interface Reader {
  readonly text: string;
  index: number;
}

/**
 * Reads the value of a challenge or credentials field (RFC 3261 §25.1 `challenge`, `credentials`). Several values joined
 * by commas, which §7.3.1 forbids to send, come out one by one. Never throws.
 */
export function parseAuthValues(text: string): readonly AuthValue[] {
  const values: AuthValue[] = [];
  const reader: Reader = { text, index: skipSpace(text, 0, text.length) };
  while (reader.index < text.length) {
    const value = readValue(reader);
    values.push(value);
    if (value.problem !== undefined) break;
  }
  return values;
}

/** Reads a list of parameters without a scheme, as `Authentication-Info` has it (RFC 3261 §25.1). */
export function parseAuthParameters(text: string): Omit<AuthValue, "scheme"> {
  const parameters = new Map<string, string>();
  const reader: Reader = { text, index: skipSpace(text, 0, text.length) };
  const problem = readParameters(reader, parameters);
  if (problem !== undefined || reader.index >= text.length) return { parameters, problem };
  return { parameters, problem: unexpected(reader) };
}

function readValue(reader: Reader): AuthValue {
  const parameters = new Map<string, string>();
  const scheme = readToken(reader);
  const afterScheme = skipSpace(reader.text, reader.index, reader.text.length);
  if (scheme === "" || (afterScheme === reader.index && afterScheme < reader.text.length)) {
    return { scheme, parameters, problem: unexpected(reader) };
  }
  reader.index = afterScheme;
  return { scheme, parameters, problem: readParameters(reader, parameters) };
}

/** Reads to the end of the list, or to where another scheme begins. Empty list elements are passed over (RFC 7230 §7). */
function readParameters(reader: Reader, parameters: Map<string, string>): string | undefined {
  for (;;) {
    skipCommas(reader);
    if (reader.index >= reader.text.length || startsScheme(reader)) return undefined;
    const problem = readParameter(reader, parameters);
    if (problem !== undefined) return problem;
    const end = skipSpace(reader.text, reader.index, reader.text.length);
    reader.index = end;
    if (end < reader.text.length && reader.text.charCodeAt(end) !== COMMA) return unexpected(reader);
  }
}

function readParameter(reader: Reader, parameters: Map<string, string>): string | undefined {
  const name = readToken(reader).toLowerCase();
  const equals = skipSpace(reader.text, reader.index, reader.text.length);
  if (name === "" || reader.text.charCodeAt(equals) !== EQUALS) return unexpected(reader);
  reader.index = skipSpace(reader.text, equals + 1, reader.text.length);
  const start = reader.index;
  const isQuoted = reader.text.charCodeAt(start) === QUOTE;
  const end = isQuoted ? quotedStringEnd(reader.text, start, reader.text.length) : looseEnd(reader.text, start);
  if (end <= start) return `no value for ${name}`;
  if (parameters.has(name)) return `${name} stands twice`;
  parameters.set(name, isQuoted ? unquote(reader.text.slice(start, end)) : reader.text.slice(start, end));
  reader.index = end;
  return undefined;
}

/** Clients of RFC 2543 times send `uri=sip:…` without quotes. */
function looseEnd(text: string, start: number): number {
  return scanWhile(text, start, text.length, looseValueCharacters);
}

function readToken(reader: Reader): string {
  const start = reader.index;
  reader.index = tokenEnd(reader.text, start, reader.text.length);
  return reader.text.slice(start, reader.index);
}

function skipCommas(reader: Reader): void {
  const { text } = reader;
  reader.index = skipSpace(text, reader.index, text.length);
  while (text.charCodeAt(reader.index) === COMMA) reader.index = skipSpace(text, reader.index + 1, text.length);
}

/** A token, white space and no equals sign: the next scheme. */
function startsScheme(reader: Reader): boolean {
  const { text, index } = reader;
  const end = tokenEnd(text, index, text.length);
  const next = skipSpace(text, end, text.length);
  return end > index && next > end && next < text.length && text.charCodeAt(next) !== EQUALS;
}

function unexpected(reader: Reader): string {
  return reader.index < reader.text.length ? `unexpected character at ${reader.index}` : "unexpected end";
}

/** Writes a value that stands without quotes, such as `algorithm` and `qop`; what is no token is quoted all the same. */
export function bareValue(value: string): string {
  return isToken(value) ? value : quote(value);
}
