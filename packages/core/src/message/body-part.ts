import type { ContentDisposition } from "../headers/content-disposition.js";
import { MediaType } from "../headers/media-type.js";
import type { HeaderField } from "./header-field.js";
import { parseFields } from "./parse-fields.js";
import { defaultParseLimits } from "./parse-limits.js";
import { wireTextOf } from "./wire-text.js";

/** A body, or one part of a multipart body (RFC 5621, RFC 2046 §5.1). */
export interface BodyPart {
  readonly fields: readonly HeaderField[];
  /** Undefined when its Content-Type cannot be read; `text/plain` when a part has none. */
  readonly type: MediaType | undefined;
  /** How the body is to be taken; undefined when nothing is said or it cannot be read. */
  readonly disposition: ContentDisposition | undefined;
  readonly body: Uint8Array;
  /** The parts of a multipart body; empty for any other. */
  readonly parts: readonly BodyPart[];
}

/** Deeper or more numerous parts than any program writes are not looked into. */
const deepest = 4;
const mostParts = 64;

/** Looks at the body of a message as parts; undefined when there is no body. Never throws. */
export function readBody(message: {
  readonly fields: readonly HeaderField[];
  readonly body: Uint8Array;
}): BodyPart | undefined {
  return message.body.length === 0 ? undefined : createPart(message.fields, message.body, 0);
}

/** The parts that are no multipart themselves, in order, the whole body when it is none (RFC 5621 §4). */
export function leafParts(part: BodyPart): readonly BodyPart[] {
  return part.parts.length === 0 ? [part] : part.parts.flatMap(leafParts);
}

function createPart(fields: readonly HeaderField[], body: Uint8Array, depth: number): BodyPart {
  const type = typeOf(fields, depth);
  const boundary = type?.type === "multipart" && depth < deepest ? type.parameters.get("boundary") : undefined;
  const parts = boundary === undefined ? [] : readParts(body, boundary, depth + 1);
  return {
    fields,
    type,
    disposition: valueOf(fields, "content-disposition") as ContentDisposition | undefined,
    body,
    parts,
  };
}

function typeOf(fields: readonly HeaderField[], depth: number): MediaType | undefined {
  const isUntyped = depth > 0 && fields.every(({ key }) => key !== "content-type");
  return isUntyped ? MediaType.create("text/plain") : (valueOf(fields, "content-type") as MediaType | undefined);
}

/** What cannot be read counts as absent. */
function valueOf(fields: readonly HeaderField[], key: string): unknown {
  try {
    return fields.find((field) => field.key === key)?.value;
  } catch {
    return undefined;
  }
}

function readParts(body: Uint8Array, boundary: string, depth: number): BodyPart[] {
  const wire = wireTextOf(body, 0, body.length);
  const delimiter = `--${boundary}`;
  const parts: BodyPart[] = [];
  let start = delimiterAt(wire, delimiter, 0);
  while (start >= 0 && parts.length < mostParts) {
    const afterDelimiter = start + delimiter.length;
    if (wire.startsWith("--", afterDelimiter)) break;
    const lineEnd = wire.indexOf("\n", afterDelimiter);
    if (lineEnd < 0) break;
    const next = delimiterAt(wire, delimiter, lineEnd);
    const part = readPart(body, wire, { start: lineEnd + 1, end: next < 0 ? wire.length : next }, depth);
    if (part !== undefined) parts.push(part);
    start = next;
  }
  return parts;
}

/** Where a delimiter has a line for itself, from `from` on; blanks may follow it. */
function delimiterAt(wire: string, delimiter: string, from: number): number {
  let place = wire.indexOf(delimiter, from);
  while (place >= 0 && !isLine(wire, place, place + delimiter.length)) place = wire.indexOf(delimiter, place + 1);
  return place;
}

function isLine(wire: string, start: number, end: number): boolean {
  if (start > 0 && wire.charCodeAt(start - 1) !== 0x0a) return false;
  let index = wire.startsWith("--", end) ? end + 2 : end;
  while (index < wire.length && isBlank(wire.charCodeAt(index))) index++;
  return index === wire.length || wire.charCodeAt(index) === 0x0a;
}

/** Space, tab, or the first half of a line end. */
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d;
}

/** The line end before a delimiter belongs to the delimiter (RFC 2046 §5.1.1). */
function readPart(
  body: Uint8Array,
  wire: string,
  { start, end }: { readonly start: number; readonly end: number },
  depth: number,
): BodyPart | undefined {
  const head = `${wire.slice(start, end)}\n\n`;
  const section = parseFields({ wire: head, octets: Buffer.from(head, "latin1") }, 0, defaultParseLimits);
  if (section.kind === "failure") return undefined;
  const bodyStart = Math.min(start + section.bodyStart, end);
  let bodyEnd = end;
  if (end < wire.length && bodyEnd > bodyStart) bodyEnd -= wire.charCodeAt(bodyEnd - 2) === 0x0d ? 2 : 1;
  return createPart(section.fields, body.subarray(bodyStart, Math.max(bodyStart, bodyEnd)), depth);
}
