import { AMPERSAND, AT, COLON, EQUALS, OPEN_BRACKET, QUESTION_MARK, SEMICOLON } from "../grammar/character-codes.js";
import {
  digitCharacters,
  passwordCharacters,
  uriHeaderCharacters,
  uriParameterCharacters,
  userCharacters,
} from "../grammar/character-tables.js";
import { digitsValue } from "../grammar/digits.js";
import { hostBetween, hostEnd } from "../grammar/host.js";
import { scanEscaped, scanWhile } from "../grammar/scan.js";
import type { SipUriFields } from "./sip-uri-fields.js";
import { UriFault } from "./uri-fault.js";
import { UriHeaders } from "./uri-headers.js";
import { UriParameters } from "./uri-parameters.js";

/** A SIP URI whose parts are checked. Parameters and headers may still be text, to be read when asked for. */
export interface CheckedSipUri extends Omit<SipUriFields, "parameters" | "headers"> {
  readonly parameters: UriParameters | string;
  readonly headers: UriHeaders | string;
}

/** Reads the parts of a SIP or SIPS URI (`SIP-URI`, RFC 3261 §25.1), whose scheme has been looked at. */
export function readSipUri(text: string): CheckedSipUri | UriFault {
  const isSecure = text.charCodeAt(3) !== COLON;
  const start = isSecure ? 5 : 4;
  const at = text.indexOf("@", start);
  const userEnd = at < 0 ? start : scanEscaped(text, start, at, userCharacters);
  const userFault = at < 0 ? undefined : userinfoFault(text, start, userEnd, at);
  if (userFault !== undefined) return userFault;
  const hostStart = at < 0 ? start : at + 1;
  const afterHost = hostEnd(text, hostStart, text.length);
  if (afterHost < 0) return new UriFault("a host", hostStart);
  const afterPort = portEnd(text, afterHost);
  const port = afterPort > afterHost ? digitsValue(text, afterHost + 1, afterPort) : undefined;
  if (port === -1) return new UriFault("a port", afterHost + 1);
  const afterParameters = skipParameters(text, afterPort, text.length);
  if (afterParameters instanceof UriFault) return afterParameters;
  const fault = headersFault(text, afterParameters, text.length);
  if (fault !== undefined) return fault;
  return {
    scheme: isSecure ? "sips" : "sip",
    user: at < 0 ? undefined : text.slice(start, userEnd),
    password: userEnd < at ? text.slice(userEnd + 1, at) : undefined,
    host: hostBetween(text, hostStart, afterHost),
    port,
    parameters: afterPort < afterParameters ? text.slice(afterPort, afterParameters) : UriParameters.empty,
    headers: afterParameters < text.length ? text.slice(afterParameters) : UriHeaders.empty,
  };
}

/**
 * The parts of a text that is known to be a plain URI: scheme in lower case, user and host without escapes, no password,
 * no IPv6 address, no header part, parameters of tokens.
 */
export function plainSipUri(text: string): CheckedSipUri {
  const isSecure = text.charCodeAt(3) !== COLON;
  const start = isSecure ? 5 : 4;
  const at = text.indexOf("@", start);
  const hostStart = at < 0 ? start : at + 1;
  const semicolon = text.indexOf(";", hostStart);
  const end = semicolon < 0 ? text.length : semicolon;
  const colon = text.indexOf(":", hostStart);
  return {
    scheme: isSecure ? "sips" : "sip",
    user: at < 0 ? undefined : text.slice(start, at),
    password: undefined,
    host: text.slice(hostStart, colon < 0 ? end : colon),
    port: colon < 0 ? undefined : digitsValue(text, colon + 1, end),
    parameters: semicolon < 0 ? UriParameters.empty : text.slice(semicolon),
    headers: UriHeaders.empty,
  };
}

/** What is wrong between the scheme and the `@`. */
function userinfoFault(text: string, start: number, userEnd: number, at: number): UriFault | undefined {
  if (userEnd === start) return new UriFault("a user", start);
  if (userEnd === at) return undefined;
  if (text.charCodeAt(userEnd) !== COLON) return new UriFault("a user character", userEnd);
  const passwordEnd = scanEscaped(text, userEnd + 1, at, passwordCharacters);
  return passwordEnd < at ? new UriFault("a password character", passwordEnd) : undefined;
}

/** The index behind `":" port`, or `index` where no port follows. */
function portEnd(text: string, index: number): number {
  if (index >= text.length || text.charCodeAt(index) !== COLON) return index;
  return scanWhile(text, index + 1, text.length, digitCharacters);
}

function expectedAfter(text: string, index: number): string {
  const code = text.charCodeAt(index);
  if (code === AT) return "one @ only, others escaped,";
  return code === COLON || code === OPEN_BRACKET ? "brackets around an IPv6 address" : "the end";
}

/**
 * The index behind `*( ";" pname [ "=" pvalue ] )`.
 *
 * Deviates: an empty value, as it occurs in the field, counts as none; of a name that stands twice the first counts.
 */
function skipParameters(text: string, start: number, end: number): number | UriFault {
  let index = start;
  while (index < end && text.charCodeAt(index) === SEMICOLON) {
    const nameEnd = scanEscaped(text, index + 1, end, uriParameterCharacters);
    if (nameEnd === index + 1) return new UriFault("a parameter name", nameEnd);
    const hasValue = nameEnd < end && text.charCodeAt(nameEnd) === EQUALS;
    index = hasValue ? scanEscaped(text, nameEnd + 1, end, uriParameterCharacters) : nameEnd;
  }
  return index;
}

/** What is wrong with `[ "?" hname "=" hvalue *( "&" … ) ]`, which must end the text. */
function headersFault(text: string, start: number, end: number): UriFault | undefined {
  let index = start;
  if (index === end) return undefined;
  if (text.charCodeAt(index) !== QUESTION_MARK) return new UriFault(expectedAfter(text, index), index);
  do {
    const nameEnd = scanEscaped(text, index + 1, end, uriHeaderCharacters);
    if (nameEnd === index + 1) return new UriFault("a header name", nameEnd);
    if (nameEnd >= end || text.charCodeAt(nameEnd) !== EQUALS) return new UriFault('"=" behind a header name', nameEnd);
    index = scanEscaped(text, nameEnd + 1, end, uriHeaderCharacters);
  } while (index < end && text.charCodeAt(index) === AMPERSAND);
  return index < end ? new UriFault(expectedAfter(text, index), index) : undefined;
}
