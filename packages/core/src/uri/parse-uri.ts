import { COLON } from "../grammar/character-codes.js";
import { letterCharacters, opaqueUriCharacters, schemeCharacters } from "../grammar/character-tables.js";
import { equalIgnoringCase } from "../grammar/equal-ignoring-case.js";
import { scanWhile } from "../grammar/scan.js";
import { OtherUri } from "./other-uri.js";
import { readSipUri } from "./read-sip-uri.js";
import { SipUri } from "./sip-uri.js";
import { readTelSubscriber } from "./tel-grammar.js";
import { TelUri } from "./tel-uri.js";
import type { Uri } from "./uri.js";
import { UriFault } from "./uri-fault.js";

/** Reads a URI (RFC 3261 §19.1.1, RFC 3966 §3; other schemes unread). Throws `uri.malformed` with the offset. */
export function parseUri(text: string): Uri {
  const uri = readUri(text);
  if (uri instanceof UriFault) throw uri.toError();
  return uri;
}

/** As {@link parseUri}, with `undefined` for what is no URI. */
export function tryParseUri(text: string): Uri | undefined {
  const uri = readUri(text);
  return uri instanceof UriFault ? undefined : uri;
}

/** Reads a URI and tells why a text is none. */
export function readUri(text: string): Uri | UriFault {
  if (text.startsWith("sip:")) return parseSipUri(text);
  const schemeEnd = readScheme(text);
  if (schemeEnd instanceof UriFault) return schemeEnd;
  const scheme = text.slice(0, schemeEnd);
  if (equalIgnoringCase(scheme, "sips") || equalIgnoringCase(scheme, "sip")) return parseSipUri(text);
  return equalIgnoringCase(scheme, "tel") ? readTelUri(text) : readOtherUri(text, schemeEnd);
}

function parseSipUri(text: string): SipUri | UriFault {
  const parts = readSipUri(text);
  return parts instanceof UriFault ? parts : new SipUri(parts, text);
}

function readScheme(text: string): number | UriFault {
  if (letterCharacters[text.charCodeAt(0)] !== 1) return new UriFault("a scheme", 0);
  const end = scanWhile(text, 1, text.length, schemeCharacters);
  return text.charCodeAt(end) === COLON ? end : new UriFault('a scheme and ":"', end);
}

function readTelUri(text: string): TelUri | UriFault {
  const fields = readTelSubscriber(text, 4);
  return fields instanceof UriFault ? fields : new TelUri(fields, text);
}

function readOtherUri(text: string, schemeEnd: number): OtherUri | UriFault {
  const end = scanWhile(text, schemeEnd + 1, text.length, opaqueUriCharacters);
  if (end === schemeEnd + 1) return new UriFault("something behind the scheme", end);
  return end < text.length
    ? new UriFault("a URI character", end)
    : new OtherUri(text.slice(0, schemeEnd).toLowerCase(), text);
}
