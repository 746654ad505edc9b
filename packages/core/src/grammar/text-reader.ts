import { EngineError } from "../errors/engine-error.js";
import type { EngineErrorCode } from "../errors/error-table.js";
import { COLON, COMMA, EQUALS, LESS_THAN, OPEN_BRACKET, QUOTE, SEMICOLON, SPACE } from "./character-codes.js";
import { digitCharacters, ipv6Characters, type CharacterTable } from "./character-tables.js";
import { digitsValue } from "./digits.js";
import { hostEnd } from "./host.js";
import { isIpv6 } from "./ip-address.js";
import { Parameters } from "./parameters.js";
import { quotedStringEnd } from "./quoted-string.js";
import { scanWhile, skipSpace, tokenEnd, trimEnd, unfold } from "./scan.js";

/** What a list of parameters may hold beyond `generic-param`. */
export interface ParameterRules {
  /** An IPv6 address without brackets is a value (`received` of Via, RFC 3261 §25.1). */
  readonly bareIpv6?: boolean;
  /** A URI in angle brackets is a value (`info` of Identity, RFC 8224 §4). */
  readonly bracketedUri?: boolean;
  /** A name may occur twice. */
  readonly repeatable?: boolean;
}

const noRules: ParameterRules = {};

/**
 * Reads the value of a header field from left to right by the rules of RFC 3261 §25.1. What does not fit throws
 * `header.malformed` with the header's name, the offset, and what was expected there.
 */
export class TextReader {
  readonly text: string;
  /** What is read, for the error. */
  readonly subject: string;
  readonly code: EngineErrorCode;
  readonly end: number;
  index: number;

  constructor(text: string, subject: string, code: EngineErrorCode = "header.malformed") {
    this.text = text;
    this.subject = subject;
    this.code = code;
    this.end = text.length;
    this.index = 0;
  }

  /** Code of the character ahead, or -1 at the end. */
  peek(): number {
    return this.index < this.end ? this.text.charCodeAt(this.index) : -1;
  }

  /** Passes linear white space. */
  skipSpace(): void {
    const { text, index, end } = this;
    if (index < end && text.charCodeAt(index) <= SPACE) this.index = skipSpace(text, index, end);
  }

  /** Passes linear white space; its absence is a fault. */
  requireSpace(): void {
    const start = this.index;
    this.skipSpace();
    if (this.index === start) this.fail("white space");
  }

  /** Passes white space and, if it is ahead, this sign with the white space behind it. */
  accept(code: number): boolean {
    this.skipSpace();
    if (this.peek() !== code) return false;
    this.index++;
    this.skipSpace();
    return true;
  }

  /** As {@link accept}; its absence is a fault. */
  expect(code: number): void {
    if (!this.accept(code)) this.fail(`"${String.fromCharCode(code)}"`);
  }

  /** Reads a token. */
  token(expected = "a token"): string {
    const start = this.index;
    this.index = tokenEnd(this.text, start, this.end);
    return this.index > start ? this.text.slice(start, this.index) : this.fail(expected);
  }

  /** Reads one character or more of this class. */
  run(table: CharacterTable, expected: string): string {
    const start = this.index;
    this.index = scanWhile(this.text, start, this.end, table);
    return this.index > start ? this.text.slice(start, this.index) : this.fail(expected);
  }

  /** Reads a quoted-string as written. */
  quotedString(): string {
    const start = this.index;
    const end = this.peek() === QUOTE ? quotedStringEnd(this.text, start, this.end) : -1;
    if (end < 0) this.fail("a closed quoted string");
    this.index = end;
    return this.text.slice(start, end);
  }

  /** Reads digits up to a largest value. */
  number(most: number, expected = "digits"): number {
    const start = this.index;
    const end = scanWhile(this.text, start, this.end, digitCharacters);
    const value = digitsValue(this.text, start, end);
    if (value < 0 || value > most) this.fail(end > start ? `${expected} up to ${most}` : expected);
    this.index = end;
    return value;
  }

  /** Reads what is left, unfolded and without white space at its ends. */
  rest(): string {
    const text = unfold(this.text.slice(this.index));
    this.index = this.end;
    return text;
  }

  /**
   * Reads `*( SEMI generic-param )`.
   *
   * Deviates: an `=` without value, as it occurs in the field, counts as no value.
   */
  parameters(rules: ParameterRules = noRules): Parameters {
    if (!this.accept(SEMICOLON)) return Parameters.empty;
    return this.parameterList(SEMICOLON, rules);
  }

  /** Reads `generic-param *( separator generic-param )`. */
  parameterList(separator: number, rules: ParameterRules = noRules): Parameters {
    const start = this.index;
    const names: string[] = [];
    const raws: (string | undefined)[] = [];
    do {
      names.push(this.token("a parameter name"));
      raws.push(this.accept(EQUALS) ? parameterValue(this, separator, rules) : undefined);
    } while (this.accept(separator));
    const parameters = Parameters.fromRaw(names, raws);
    if (names.length > 1 && rules.repeatable !== true && parameters.hasDuplicate()) {
      this.index = start;
      this.fail("each parameter once");
    }
    return parameters;
  }

  /** The text from an index to where the reader stands, without the white space before it and unfolded. */
  textFrom(start: number): string {
    const text = this.text.slice(start, trimEnd(this.text, start, this.index));
    return text.includes("\n") ? unfold(text) : text;
  }

  /** Tells whether nothing but white space is left. */
  atEnd(): boolean {
    this.skipSpace();
    return this.index >= this.end;
  }

  /** Checks that nothing but white space is left. */
  finish(): void {
    if (!this.atEnd()) this.fail("the end");
  }

  /** Throws what was expected where the reader stands. */
  fail(expected: string): never {
    const detail = `${this.subject}: expected ${expected} at offset ${this.index}`;
    throw new EngineError(this.code, { detail });
  }
}

function parameterValue(reader: TextReader, separator: number, rules: ParameterRules): string | undefined {
  const code = reader.peek();
  if (code === QUOTE) return reader.quotedString();
  const start = reader.index;
  const end = bareValueEnd(reader, code, rules);
  if (end > start) {
    reader.index = end;
    return reader.text.slice(start, end);
  }
  return code === -1 || code === separator || code === COMMA ? undefined : reader.fail("a parameter value");
}

function bareValueEnd({ text, index, end }: TextReader, code: number, rules: ParameterRules): number {
  if (code === OPEN_BRACKET) return hostEnd(text, index, end);
  if (code === LESS_THAN) return rules.bracketedUri === true ? text.indexOf(">", index) + 1 : -1;
  const valueEnd = tokenEnd(text, index, end);
  if (rules.bareIpv6 !== true || valueEnd >= end || text.charCodeAt(valueEnd) !== COLON) return valueEnd;
  const addressEnd = scanWhile(text, index, end, ipv6Characters);
  return isIpv6(text.slice(index, addressEnd)) ? addressEnd : -1;
}
