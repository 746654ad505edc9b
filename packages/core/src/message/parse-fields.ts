import { isToken } from "../grammar/token.js";
import { headerDefinition, headerKey } from "../headers/header-table.js";
import { HeaderField } from "./header-field.js";
import { parseFailure, type ParseFailure } from "./parse-failure.js";
import type { ParseLimits } from "./parse-limits.js";
import { foldWithCrlf } from "./wire-text.js";

/** The header fields and where the body begins. */
export interface HeaderSection {
  readonly kind: "fields";
  readonly fields: HeaderField[];
  readonly bodyStart: number;
}

const tab = 0x09;
const carriageReturn = 0x0d;
const space = 0x20;

/** Cuts the header section into fields (RFC 3261 §7.3.1); folded lines stay together. `start` is behind the start line. */
export function parseFields(wire: string, start: number, limits: ParseLimits): HeaderSection | ParseFailure {
  const fields: HeaderField[] = [];
  let position = start;
  for (;;) {
    const firstBreak = wire.indexOf("\n", position);
    const lineBreak = endOfField(wire, position, firstBreak);
    if (lineBreak < 0) return parseFailure("No empty line ends the header fields", wire.length);
    const end = wire.charCodeAt(lineBreak - 1) === carriageReturn ? lineBreak - 1 : lineBreak;
    if (end === position) return { kind: "fields", fields, bodyStart: lineBreak + 1 };
    if (end - position > limits.headerField) return parseFailure("A header field is too long", position, 513);
    if (lineBreak - start > limits.headerSection) return parseFailure("The header section is too long", position, 513);
    if (fields.length === limits.headerFields) return parseFailure("Too many header fields", position, 513);
    const field = parseField(wire, position, end, lineBreak !== firstBreak);
    if (field === undefined) return parseFailure("A header field has no name", position);
    fields.push(field);
    position = lineBreak + 1;
  }
}

/** Where the field of that number begins; for the offset of a fault, so that no field need remember its place. */
export function fieldOffset(wire: string, start: number, number: number): number {
  let position = start;
  for (let count = 0; count < number; count++) {
    position = endOfField(wire, position, wire.indexOf("\n", position)) + 1;
  }
  return position;
}

/** The line feed behind which no continuation line follows; -1 when the text ends before. */
function endOfField(wire: string, start: number, firstBreak: number): number {
  let lineBreak = firstBreak;
  if (lineBreak === start || (lineBreak === start + 1 && wire.charCodeAt(start) === carriageReturn)) return lineBreak;
  while (lineBreak >= 0) {
    const next = wire.charCodeAt(lineBreak + 1);
    if (next !== space && next !== tab) return lineBreak;
    lineBreak = wire.indexOf("\n", lineBreak + 1);
  }
  return -1;
}

function parseField(wire: string, start: number, end: number, isFolded: boolean): HeaderField | undefined {
  const colon = wire.indexOf(":", start);
  if (colon < 0 || colon >= end) return undefined;
  let nameEnd = colon;
  while (nameEnd > start && isBlank(wire.charCodeAt(nameEnd - 1))) nameEnd--;
  const name = wire.slice(start, nameEnd);
  const key = headerKey(name);
  if (headerDefinition(key) === undefined && !isToken(name)) return undefined;
  let valueStart = colon + 1;
  while (valueStart < end && wire.charCodeAt(valueStart) === space) valueStart++;
  const line = wire.slice(start, end);
  return new HeaderField(key, isFolded ? foldWithCrlf(line) : line, valueStart - start);
}

function isBlank(code: number): boolean {
  return code === space || code === tab;
}
