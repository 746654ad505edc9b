import { isEngineError } from "../errors/engine-error.js";
import { digitsValue } from "../grammar/digits.js";
import type { CSeq } from "../headers/cseq.js";
import type { HeaderField } from "./header-field.js";
import { methods } from "./methods.js";
import { parseFailure, type ParseFailure } from "./parse-failure.js";
import { fieldOffset, parseFields, type HeaderSection } from "./parse-fields.js";
import { defaultParseLimits, type ParseLimits } from "./parse-limits.js";
import { plainStartLine } from "./plain-start-line.js";
import { parseStartLine, type RequestLine, type StatusLine } from "./parse-start-line.js";
import { SipRequest } from "./sip-request.js";
import { SipResponse } from "./sip-response.js";
import { wireTextOf } from "./wire-text.js";

const newLine = 0x0a;
const carriageReturn = 0x0d;

/** What is wrong with one of the fields: its number tells where it stands. */
interface FieldFault {
  readonly index: number;
  readonly reason: string;
  readonly statusCode?: number;
}

/**
 * Reads one message from a datagram, a WebSocket message or what a stream framer cut out. Never throws.
 *
 * Cut into fields at once; of their values only those that every element must understand are checked here (RFC 3261
 * §16.3 step 1: start line, Via, From, To, Call-ID, CSeq, Contact, Route, Max-Forwards, Content-Length). The rest is
 * decoded when asked for. Octets behind the Content-Length are ignored (§18.3). Header fields that are missing or that
 * stand twice are no matter of syntax: `checkRequest` looks for them.
 */
export function parseMessage(
  bytes: Uint8Array,
  limits: ParseLimits = defaultParseLimits,
): SipRequest | SipResponse | ParseFailure {
  const longest = limits.startLine + limits.headerSection + limits.body;
  const octets = bytes.length > longest ? bytes.subarray(0, longest) : bytes;
  const wire = wireTextOf(octets, 0, octets.length);
  const source = { wire, octets };
  let start = 0;
  while (bytes[start] === carriageReturn || bytes[start] === newLine) start++;
  const lineBreak = wire.indexOf("\n", start);
  if (lineBreak < 0) return parseFailure("No line end after the start line", wire.length);
  if (lineBreak - start > limits.startLine) return parseFailure("The start line is too long", start, 414);
  const lineEnd = bytes[lineBreak - 1] === carriageReturn ? lineBreak - 1 : lineBreak;
  const line = plainStartLine(source, start, lineEnd) ?? parseStartLine(wire.slice(start, lineEnd));
  const section = parseFields(source, lineBreak + 1, limits);
  if (line.kind === "failure") return brokenStart(line, wire.slice(start, lineEnd), start, section);
  if (section.kind === "failure") return section;
  const length = bodyLength(section, bytes.length - section.bodyStart);
  const message = createMessage(line, section.fields, bodyOf(bytes, section.bodyStart, length));
  if (typeof length === "string") return { ...parseFailure(length, section.bodyStart), message };
  if (length > limits.body) return { ...parseFailure("The body is too large", section.bodyStart, 413), message };
  const fault = checkFields(section) ?? checkMethod(message);
  if (fault === undefined) return message;
  return { ...parseFailure(fault.reason, fieldOffset(source, lineBreak + 1, fault.index), fault.statusCode), message };
}

/** A fault of the start line; what an answer can be built from stays readable: the method, when it can be told. */
function brokenStart(
  failure: ParseFailure,
  line: string,
  start: number,
  section: HeaderSection | ParseFailure,
): ParseFailure {
  const offset = start + failure.offset;
  if (section.kind === "failure" || /^SIP\//i.test(line)) return { ...failure, offset };
  return { ...failure, offset, message: new SipRequest(line.split(" ", 1)[0] ?? "", "", section.fields) };
}

function createMessage(
  line: RequestLine | StatusLine,
  fields: HeaderField[],
  body: Uint8Array | undefined,
): SipRequest | SipResponse {
  if (line.kind === "status-line") return new SipResponse(line.statusCode, line.reason, fields, body);
  const { method, requestUriText, hasPlainUri } = line;
  return hasPlainUri === true
    ? SipRequest.withPlainUri(method, requestUriText, fields, body)
    : new SipRequest(method, requestUriText, fields, body);
}

function bodyOf(bytes: Uint8Array, start: number, length: number | string): Uint8Array | undefined {
  return typeof length === "number" && length > 0 ? bytes.subarray(start, start + length) : undefined;
}

const mostLengthDigits = 10;

/** Length of the body by Content-Length, or what is wrong with it. Without the header: all that is there. */
function bodyLength({ fields, tellsLength }: HeaderSection, available: number): number | string {
  if (!tellsLength) return available;
  let length: number | undefined;
  for (const field of fields) {
    if (field.key !== "content-length") continue;
    const value = lengthOf(field);
    if (value < 0) return "Content-Length is no number";
    if (length !== undefined && length !== value) return "Content-Length stands twice with different values";
    length = value;
  }
  if (length === undefined) return available;
  return length > available ? `Content-Length is ${length} but ${available} octets follow` : length;
}

/** Number of a Content-Length, -1 when it is none. */
function lengthOf({ text }: HeaderField): number {
  return text.length > mostLengthDigits ? -1 : digitsValue(text, 0, text.length);
}

function checkFields({ fields, unusual, excessVia }: HeaderSection): FieldFault | undefined {
  for (const index of unusual) {
    if (excessVia >= 0 && index >= excessVia) break;
    const field = fields[index];
    const reason = field === undefined ? undefined : fieldFault(field);
    if (reason !== undefined) return { index, reason };
  }
  return excessVia < 0 ? undefined : { index: excessVia, reason: "Too many Via header fields" };
}

function fieldFault(field: HeaderField): string | undefined {
  if (field.key !== "max-forwards") return decodingFault(field);
  return areDigits(field.text, 0) ? undefined : "Max-Forwards is no number";
}

function areDigits(text: string, start: number): boolean {
  let index = start;
  while (index < text.length && text.charCodeAt(index) >= 0x30 && text.charCodeAt(index) <= 0x39) index++;
  return index > start && index === text.length;
}

function decodingFault(field: HeaderField): string | undefined {
  try {
    return field.value === undefined ? `${field.name} is empty` : undefined;
  } catch (error) {
    return isEngineError(error) ? error.message : `${field.name} cannot be read`;
  }
}

/** The method of the CSeq is that of the request (RFC 3261 §8.1.1.5); an unknown method is told apart by its 501. */
function checkMethod(message: SipRequest | SipResponse): FieldFault | undefined {
  if (message.kind === "response") return undefined;
  const field = message.field("cseq");
  if (field === undefined) return undefined;
  const { method } = field.value as CSeq;
  if (method === message.method) return undefined;
  const statusCode = methods.has(message.method) ? 400 : 501;
  const reason = `CSeq says ${method} but the request is ${message.method}`;
  return { index: message.fields.indexOf(field), reason, statusCode };
}
