import { isToken } from "../grammar/token.js";
import { definitionByName, headerKey } from "../headers/header-table.js";
import { fieldKind, mustBeChecked, type FieldKind } from "./field-kind.js";
import { HeaderField, type FieldPlace } from "./header-field.js";
import { parseFailure, type ParseFailure } from "./parse-failure.js";
import type { ParseLimits } from "./parse-limits.js";
import { plainForm, plainValueEnd } from "./plain-value.js";
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
  const scanner = new FieldScanner(wire, octets);
  const harmless = Math.min(limits.headerField, limits.headerSection);
  const fields: HeaderField[] = [];
  let unusual: number[] | undefined;
  let vias = 0;
  let excessVia = -1;
  let tellsLength = false;
  let position = start;
  for (;;) {
    const bodyStart = (octets[position] ?? 0) > carriageReturn ? 0 : emptyLineEnd(octets, position);
    if (bodyStart > 0) return { kind: "fields", fields, bodyStart, unusual: unusual ?? none, excessVia, tellsLength };
    const fault = scanner.scan(position);
    if (fault === "unended") return parseFailure("No empty line ends the header fields", wire.length);
    if (scanner.next - start > harmless || fields.length === limits.headerFields) {
      const excess = excessOf(scanner, start, fields.length, limits);
      if (excess !== undefined) return parseFailure(excess, position, 513);
    }
    if (fault === "nameless") return parseFailure("A header field has no name", position);
    const { key } = scanner;
    if (scanner.kind === undefined && mustBeChecked(key)) (unusual ??= []).push(fields.length);
    if (key === "content-length") tellsLength = true;
    else if (key === "via" && ++vias > limits.viaFields && excessVia < 0) excessVia = fields.length;
    fields.push(scanner.field());
    position = scanner.next;
  }
}

/** Which limit the field that was found goes beyond. */
function excessOf(found: FieldScanner, start: number, count: number, limits: ParseLimits): string | undefined {
  if (found.end - found.start > limits.headerField) return "A header field is too long";
  if (found.next - start > limits.headerSection) return "The header section is too long";
  return count === limits.headerFields ? "Too many header fields" : undefined;
}

/** Where the field of that number begins; for the offset of a fault, so that no field need remember its place. */
export function fieldOffset(message: Wire, start: number, number: number): number {
  let position = start;
  for (let count = 0; count < number; count++) position = lineBreakAfter(message.wire, message.octets, position) + 1;
  return position;
}

/** Walks over header fields: what it holds tells of the field it found last. */
class FieldScanner implements FieldPlace {
  readonly wire: string;
  readonly #octets: Uint8Array;
  key = "";
  /** What the field is when its value is of the form that fields of its kind have nearly always. */
  kind: FieldKind | undefined;
  start = 0;
  valueStart = 0;
  end = 0;
  /** Where the next field begins. */
  next = 0;

  constructor(wire: string, octets: Uint8Array) {
    this.wire = wire;
    this.#octets = octets;
  }

  /** Finds the field that begins at a place; tells what is wrong when there is none. */
  scan(start: number): "unended" | "nameless" | undefined {
    const octets = this.#octets;
    const kind = fieldKind(octets, start);
    if (kind === undefined) return this.scanUnusual(start);
    let valueStart = start + kind.length;
    while (octets[valueStart] === space) valueStart++;
    const isText = kind.form === plainForm.line;
    const end = isText ? this.wire.indexOf("\n", valueStart) - 1 : plainValueEnd(kind.form, octets, valueStart);
    if (!endsField(octets, end)) return this.scanUnusual(start);
    this.key = kind.key;
    this.kind = kind;
    this.start = start;
    this.valueStart = valueStart;
    this.end = end;
    this.next = end + 2;
    return undefined;
  }

  /** As {@link scan} for a field of any form: folded, with blanks around its colon, with a value that is not plain. */
  scanUnusual(start: number): "unended" | "nameless" | undefined {
    const octets = this.#octets;
    this.start = start;
    const lineBreak = lineBreakAfter(this.wire, octets, start);
    if (lineBreak < 0) return "unended";
    this.next = lineBreak + 1;
    const end = octets[lineBreak - 1] === carriageReturn ? lineBreak - 1 : lineBreak;
    this.end = end;
    this.kind = undefined;
    let colon = start;
    while (colon < end && octets[colon] !== colonSign) colon++;
    let nameEnd = colon;
    while (nameEnd > start && isBlank(octets[nameEnd - 1])) nameEnd--;
    const key = colon === end ? undefined : keyOf(this.wire.slice(start, nameEnd));
    if (key === undefined) return "nameless";
    this.key = key;
    let valueStart = colon + 1;
    while (valueStart < end && octets[valueStart] === space) valueStart++;
    this.valueStart = valueStart;
    return undefined;
  }

  /** The field that was found. */
  field(): HeaderField {
    const { kind, wire, start, valueStart, end } = this;
    if (kind !== undefined) return HeaderField.cut(kind, this);
    return new HeaderField(this.key, foldWithCrlf(wire.slice(start, end)), valueStart - start);
  }
}

/** Where the body begins when the empty line stands here, else 0. */
function emptyLineEnd(octets: Uint8Array, position: number): number {
  if (octets[position] === lineFeed) return position + 1;
  return octets[position] === carriageReturn && octets[position + 1] === lineFeed ? position + 2 : 0;
}

/** Tells whether a line end stands there, and no continuation line behind it. */
function endsField(octets: Uint8Array, end: number): boolean {
  return octets[end] === carriageReturn && octets[end + 1] === lineFeed && !isBlank(octets[end + 2]);
}

/** The line feed behind which no continuation line follows; -1 when the text ends before. */
function lineBreakAfter(wire: string, octets: Uint8Array, start: number): number {
  let lineBreak = wire.indexOf("\n", start);
  if (lineBreak === start || (lineBreak === start + 1 && octets[start] === carriageReturn)) return lineBreak;
  while (lineBreak >= 0) {
    const next = octets[lineBreak + 1] ?? lineFeed;
    if (next !== space && next !== tab) return lineBreak;
    lineBreak = wire.indexOf("\n", lineBreak + 1);
  }
  return -1;
}

/** The key of a name; undefined when it is none. */
function keyOf(name: string): string | undefined {
  return definitionByName(name)?.key ?? (isToken(name) ? headerKey(name) : undefined);
}

function isBlank(code: number | undefined): boolean {
  return code === space || code === tab;
}
