import { isEngineError } from "../errors/engine-error.js";
import type { CSeq } from "../headers/cseq.js";
import type { HeaderField } from "./header-field.js";
import { methods } from "./methods.js";
import { parseFailure, type ParseFailure } from "./parse-failure.js";
import { parseFields } from "./parse-fields.js";
import { defaultParseLimits, type ParseLimits } from "./parse-limits.js";
import { parseStartLine, type RequestLine, type StatusLine } from "./parse-start-line.js";
import { isPlainNameAddress, isPlainVia } from "./plain-value.js";
import { SipRequest } from "./sip-request.js";
import { SipResponse } from "./sip-response.js";
import { wireTextOf } from "./wire-text.js";

const newLine = 0x0a;
const carriageReturn = 0x0d;

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
  const wire = wireTextOf(bytes, 0, Math.min(bytes.length, limits.startLine + limits.headerSection + limits.body));
  let start = 0;
  while (wire.charCodeAt(start) === carriageReturn || wire.charCodeAt(start) === newLine) start++;
  const lineBreak = wire.indexOf("\n", start);
  if (lineBreak < 0) return parseFailure("No line end after the start line", wire.length);
  if (lineBreak - start > limits.startLine) return parseFailure("The start line is too long", start, 414);
  const lineEnd = wire.charCodeAt(lineBreak - 1) === carriageReturn ? lineBreak - 1 : lineBreak;
  const line = parseStartLine(wire.slice(start, lineEnd));
  const section = parseFields(wire, lineBreak + 1, limits);
  if (section.kind === "failure") return line.kind === "failure" ? line : section;
  if (line.kind === "failure") return { ...line, message: readable(wire.slice(start, lineEnd), section.fields) };
  return assemble(line, section.fields, bytes, section.bodyStart, limits);
}

/** What an answer can be built from although the start line is broken: the method, when it can be told. */
function readable(line: string, fields: HeaderField[]): SipRequest | undefined {
  return /^SIP\//i.test(line) ? undefined : new SipRequest(line.split(" ", 1)[0] ?? "", "", fields);
}

function assemble(
  line: RequestLine | StatusLine,
  fields: HeaderField[],
  bytes: Uint8Array,
  bodyStart: number,
  limits: ParseLimits,
): SipRequest | SipResponse | ParseFailure {
  const available = bytes.length - bodyStart;
  const length = bodyLength(fields, available);
  const body = typeof length === "number" && length > 0 ? bytes.subarray(bodyStart, bodyStart + length) : undefined;
  const message =
    line.kind === "request-line"
      ? new SipRequest(line.method, line.requestUriText, fields, body)
      : new SipResponse(line.statusCode, line.reason, fields, body);
  if (typeof length === "string") return { ...parseFailure(length, bodyStart), message };
  if (length > limits.body) return { ...parseFailure("The body is too large", bodyStart, 413), message };
  const failure = checkFields(fields, limits) ?? checkMethod(message);
  return failure === undefined ? message : { ...failure, message };
}

const digits = /^\d{1,10}$/;

/** Length of the body by Content-Length, or what is wrong with it. Without the header: all that is there. */
function bodyLength(fields: HeaderField[], available: number): number | string {
  let length: number | undefined;
  for (const field of fields) {
    if (field.key !== "content-length") continue;
    if (!digits.test(field.text)) return "Content-Length is no number";
    const value = Number(field.text);
    if (length !== undefined && length !== value) return "Content-Length stands twice with different values";
    length = value;
  }
  if (length === undefined) return available;
  return length > available ? `Content-Length is ${length} but ${available} octets follow` : length;
}

function checkFields(fields: HeaderField[], limits: ParseLimits): ParseFailure | undefined {
  let vias = 0;
  for (const field of fields) {
    if (field.key === "via" && ++vias > limits.viaFields) return parseFailure("Too many Via header fields", 0);
    const reason = fieldFault(field);
    if (reason !== undefined) return parseFailure(reason, 0);
  }
  return undefined;
}

function fieldFault(field: HeaderField): string | undefined {
  switch (field.key) {
    case "via":
      return isPlainVia(field.line, field.valueStart) ? undefined : decodingFault(field);
    case "from":
    case "to":
    case "contact":
    case "route":
    case "record-route":
      return isPlainNameAddress(field.line, field.valueStart) ? undefined : decodingFault(field);
    case "cseq":
    case "call-id":
      return decodingFault(field);
    case "max-forwards":
      return /^\d+$/.test(field.text) ? undefined : "Max-Forwards is no number";
    default:
      return undefined;
  }
}

function decodingFault(field: HeaderField): string | undefined {
  try {
    return field.value === undefined ? `${field.name} is empty` : undefined;
  } catch (error) {
    return isEngineError(error) ? error.message : `${field.name} cannot be read`;
  }
}

/** The method of the CSeq is that of the request (RFC 3261 §8.1.1.5); an unknown method is told apart by its 501. */
function checkMethod(message: SipRequest | SipResponse): ParseFailure | undefined {
  const field = message.field("cseq");
  if (message.kind === "response" || field === undefined) return undefined;
  const { method } = field.value as CSeq;
  if (method === message.method) return undefined;
  const statusCode = methods.has(message.method) ? 400 : 501;
  return parseFailure(`CSeq says ${method} but the request is ${message.method}`, 0, statusCode);
}
