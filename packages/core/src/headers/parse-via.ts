import { COLON, SLASH } from "../grammar/character-codes.js";
import { digitsValue } from "../grammar/digits.js";
import { hostBetween, hostEnd } from "../grammar/host.js";
import type { Parameters } from "../grammar/parameters.js";
import { TextReader } from "../grammar/text-reader.js";
import { valueCodec, type HeaderCodec } from "./header-value.js";
import { readOne } from "./read-header.js";
import { Via } from "./via.js";

/** `received` may be an IPv6 address without brackets. */
const viaParameters = { bareIpv6: true };

/** Reads and writes Via. */
export const viaCodec: HeaderCodec<Via> = { ...valueCodec(readVia), ofPlain: (text) => new Via(undefined, text) };

/** Reads a text that is one Via value. Throws `header.malformed`. */
export function parseVia(text: string): Via {
  return readOne(viaCodec, text, "Via");
}

/**
 * Reads the first value of a Via field and tells where it ends: at the comma behind it, or at the end of the text.
 * The values behind are not looked at. Throws `header.malformed`.
 */
export function parseTopVia(text: string): { readonly via: Via; readonly end: number } {
  const reader = new TextReader(text, "Via");
  reader.skipSpace();
  const via = readVia(reader);
  if (!reader.atEnd() && text.charAt(reader.index) !== ",") reader.fail('"," or the end');
  return { via, end: reader.index };
}

function readVia(reader: TextReader): Via {
  const start = reader.index;
  const protocol = readProtocol(reader);
  const transport = reader.token("a transport");
  reader.requireSpace();
  const host = readHost(reader);
  const port = reader.accept(COLON) ? reader.number(65_535, "a port") : undefined;
  const parametersStart = reader.index;
  const parameters = reader.parameters(viaParameters);
  if (!hasUsableNumbers(parameters)) {
    reader.index = parametersStart;
    reader.fail("rport up to 65535 and ttl up to 255");
  }
  return new Via({ protocol, transport, host, port, parameters }, reader.textFrom(start));
}

/** `protocol-name SLASH protocol-version SLASH`: white space may stand around the slashes. */
function readProtocol(reader: TextReader): string {
  if (reader.text.startsWith("SIP/2.0/", reader.index)) {
    reader.index += 8;
    reader.skipSpace();
    return "SIP/2.0";
  }
  const name = reader.token("a protocol");
  reader.expect(SLASH);
  const version = reader.token("a protocol version");
  reader.expect(SLASH);
  return `${name}/${version}`;
}

function readHost(reader: TextReader): string {
  const start = reader.index;
  const end = hostEnd(reader.text, start, reader.end);
  if (end < 0) reader.fail("a host");
  reader.index = end;
  return hostBetween(reader.text, start, end);
}

function hasUsableNumbers(parameters: Parameters): boolean {
  return isNumber(parameters.get("rport"), 65_535) && isNumber(parameters.get("ttl"), 255);
}

function isNumber(text: string | undefined, most: number): boolean {
  if (text === undefined) return true;
  const value = digitsValue(text, 0, text.length);
  return value >= 0 && value <= most;
}
