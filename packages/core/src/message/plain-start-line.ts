import { methods } from "./methods.js";
import type { Wire } from "./parse-fields.js";
import type { RequestLine, StatusLine } from "./parse-start-line.js";
import { digitAt, plainUriEnd, run, standsAt, tokenMark } from "./plain-uri.js";

const space = 0x20;
const version = Buffer.from("SIP/2.0");

/**
 * Reads a start line as nearly all are: a method of the registry, a plain URI, the version in capitals; or the version, a
 * status code and a reason. Undefined: the line may be right too and has to go through `parseStartLine`.
 */
export function plainStartLine(message: Wire, start: number, end: number): RequestLine | StatusLine | undefined {
  return plainRequestLine(message, start, end) ?? plainStatusLine(message, start, end);
}

function plainRequestLine({ wire, octets }: Wire, start: number, end: number): RequestLine | undefined {
  const methodEnd = run(octets, start, tokenMark);
  if (octets[methodEnd] !== space) return undefined;
  const uriStart = methodEnd + 1;
  const uriEnd = plainUriEnd(octets, uriStart);
  if (uriEnd < 0 || octets[uriEnd] !== space || uriEnd + 1 + version.length !== end) return undefined;
  if (!standsAt(octets, uriEnd + 1, version)) return undefined;
  const method = methods.get(wire.slice(start, methodEnd))?.name;
  return method === undefined
    ? undefined
    : { kind: "request-line", method, requestUriText: wire.slice(uriStart, uriEnd), hasPlainUri: true };
}

function plainStatusLine({ wire, octets }: Wire, start: number, end: number): StatusLine | undefined {
  const code = start + version.length + 1;
  if (!standsAt(octets, start, version) || octets[code - 1] !== space || octets[code + 3] !== space) return undefined;
  const hundreds = digitAt(octets, code);
  const tens = digitAt(octets, code + 1);
  const ones = digitAt(octets, code + 2);
  if (hundreds < 1 || hundreds > 6 || tens < 0 || ones < 0 || code + 4 > end) return undefined;
  return {
    kind: "status-line",
    statusCode: hundreds * 100 + tens * 10 + ones,
    reason: wire.slice(code + 4, end),
  };
}
