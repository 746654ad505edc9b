import { isToken } from "../grammar/token.js";
import { headerDefinition, headerKey, knownHeaderKey } from "../headers/header-table.js";
import { HeaderField } from "./header-field.js";
import { parseFailure, type ParseFailure } from "./parse-failure.js";
import type { ParseLimits } from "./parse-limits.js";
import { isPlainCallId, isPlainNameAddress, isPlainNumber, isPlainVia } from "./plain-value.js";
import { foldWithCrlf } from "./wire-text.js";

/** The same octets twice: as wire text to cut pieces out, and as they came to look at them. */
export interface Wire {
  readonly wire: string;
  readonly octets: Uint8Array;
}

/** The header fields and where the body begins. */
export interface HeaderSection {
  readonly kind: "fields";
  readonly fields: HeaderField[];
  readonly bodyStart: number;
  /** Numbers of the fields that every element must understand and that are not as plain as usual. */
  readonly unusual: readonly number[];
  /** Number of the first Via field beyond the limit; -1 when there are not so many. */
  readonly excessVia: number;
  /** Whether there is a Content-Length. */
  readonly tellsLength: boolean;
}

const none: readonly number[] = [];
const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const colonSign = 0x3a;

/** Cuts the header section into fields (RFC 3261 §7.3.1); folded lines stay together. `start` is behind the start line. */
export function parseFields(message: Wire, start: number, limits: ParseLimits): HeaderSection | ParseFailure {
  const { wire, octets } = message;
  const fields: HeaderField[] = [];
  let unusual: number[] | undefined;
  let vias = 0;
  let excessVia = -1;
  let tellsLength = false;
  let position = start;
  for (;;) {
    const firstBreak = wire.indexOf("\n", position);
    const lineBreak = endOfField(message, position, firstBreak);
    if (lineBreak < 0) return parseFailure("No empty line ends the header fields", wire.length);
    const end = octets[lineBreak - 1] === carriageReturn ? lineBreak - 1 : lineBreak;
    if (end === position) {
      return { kind: "fields", fields, bodyStart: lineBreak + 1, unusual: unusual ?? none, excessVia, tellsLength };
    }
    if (end - position > limits.headerField) return parseFailure("A header field is too long", position, 513);
    if (lineBreak - start > limits.headerSection) return parseFailure("The header section is too long", position, 513);
    if (fields.length === limits.headerFields) return parseFailure("Too many header fields", position, 513);
    const field = parseField(message, position, end, lineBreak !== firstBreak);
    if (field === undefined) return parseFailure("A header field has no name", position);
    if (!isUsual(field.key, octets, position + field.valueStart, end)) (unusual ??= []).push(fields.length);
    if (field.key === "content-length") tellsLength = true;
    if (field.key === "via" && ++vias > limits.viaFields && excessVia < 0) excessVia = fields.length;
    fields.push(field);
    position = lineBreak + 1;
  }
}

/** Where the field of that number begins; for the offset of a fault, so that no field need remember its place. */
export function fieldOffset(message: Wire, start: number, number: number): number {
  let position = start;
  for (let count = 0; count < number; count++) {
    position = endOfField(message, position, message.wire.indexOf("\n", position)) + 1;
  }
  return position;
}

/** The line feed behind which no continuation line follows; -1 when the text ends before. */
function endOfField({ wire, octets }: Wire, start: number, firstBreak: number): number {
  let lineBreak = firstBreak;
  if (lineBreak === start || (lineBreak === start + 1 && octets[start] === carriageReturn)) return lineBreak;
  while (lineBreak >= 0) {
    const next = octets[lineBreak + 1] ?? lineFeed;
    if (next !== space && next !== tab) return lineBreak;
    lineBreak = wire.indexOf("\n", lineBreak + 1);
  }
  return -1;
}

function parseField({ wire, octets }: Wire, start: number, end: number, isFolded: boolean): HeaderField | undefined {
  let colon = start;
  while (colon < end && octets[colon] !== colonSign) colon++;
  if (colon === end) return undefined;
  let nameEnd = colon;
  while (nameEnd > start && isBlank(octets[nameEnd - 1])) nameEnd--;
  const key = knownHeaderKey(octets, start, nameEnd) ?? otherKey(wire.slice(start, nameEnd));
  if (key === undefined) return undefined;
  let valueStart = colon + 1;
  while (valueStart < end && octets[valueStart] === space) valueStart++;
  const line = wire.slice(start, end);
  return new HeaderField(key, isFolded ? foldWithCrlf(line) : line, valueStart - start);
}

/** The key of a header the engine does not read; undefined when the name is none. */
function otherKey(name: string): string | undefined {
  const key = headerKey(name);
  return headerDefinition(key) !== undefined || isToken(name) ? key : undefined;
}

/** Whether a value that every element must understand is one of those that nearly every message carries. */
function isUsual(key: string, octets: Uint8Array, start: number, end: number): boolean {
  switch (key) {
    case "via":
      return isPlainVia(octets, start, end);
    case "from":
    case "to":
    case "contact":
    case "route":
    case "record-route":
      return isPlainNameAddress(octets, start, end);
    case "call-id":
      return isPlainCallId(octets, start, end);
    case "max-forwards":
      return isPlainNumber(octets, start, end);
    case "cseq":
      return false;
    default:
      return true;
  }
}

function isBlank(code: number | undefined): boolean {
  return code === space || code === tab;
}
