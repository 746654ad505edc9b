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
import { SipUri } from "./sip-uri.js";
import { UriFault } from "./uri-fault.js";
import { UriHeaders } from "./uri-headers.js";
import { UriParameters } from "./uri-parameters.js";

type Userinfo = readonly [user: string | undefined, password: string | undefined];

const noUserinfo: Userinfo = [undefined, undefined];

/**
 * Reads a SIP or SIPS URI (`SIP-URI`, RFC 3261 §25.1) whose scheme ends before `start`. The parts are checked once;
 * parameters and headers are decoded when asked for.
 */
export function parseSipUri(text: string, scheme: "sip" | "sips", start: number): SipUri | UriFault {
  const at = text.indexOf("@", start);
  const userinfo = at < 0 ? noUserinfo : readUserinfo(text, start, at);
  if (userinfo instanceof UriFault) return userinfo;
  const hostStart = at < 0 ? start : at + 1;
  const afterHost = hostEnd(text, hostStart, text.length);
  if (afterHost < 0) return new UriFault("a host", hostStart);
  const afterPort = portEnd(text, afterHost);
  const port = afterPort > afterHost ? digitsValue(text, afterHost + 1, afterPort) : undefined;
  if (port === -1) return new UriFault("a port", afterHost + 1);
  const tail = readTail(text, afterPort);
  if (tail instanceof UriFault) return tail;
  return new SipUri(scheme, userinfo, [hostBetween(text, hostStart, afterHost), port], tail);
}

function readUserinfo(text: string, start: number, at: number): Userinfo | UriFault {
  const userEnd = scanEscaped(text, start, at, userCharacters);
  if (userEnd === start) return new UriFault("a user", start);
  const user = text.slice(start, userEnd);
  if (userEnd === at) return [user, undefined];
  if (text.charCodeAt(userEnd) !== COLON) return new UriFault("a user character", userEnd);
  const passwordEnd = scanEscaped(text, userEnd + 1, at, passwordCharacters);
  return passwordEnd < at ? new UriFault("a password character", passwordEnd) : [user, text.slice(userEnd + 1, at)];
}

/** The index behind `":" port`, or `index` where no port follows. */
function portEnd(text: string, index: number): number {
  if (index >= text.length || text.charCodeAt(index) !== COLON) return index;
  return scanWhile(text, index + 1, text.length, digitCharacters);
}

/** Checks `uri-parameters [ headers ]`, up to the end of the text. */
function readTail(
  text: string,
  start: number,
): readonly [parameters: UriParameters | string, headers: UriHeaders | string, text: string] | UriFault {
  const end = text.length;
  if (start === end) return [UriParameters.empty, UriHeaders.empty, text];
  const parametersEnd = skipParameters(text, start, end);
  if (parametersEnd instanceof UriFault) return parametersEnd;
  const headersEnd = skipHeaders(text, parametersEnd, end);
  if (headersEnd instanceof UriFault) return headersEnd;
  if (headersEnd < end) return new UriFault(expectedAfter(text, headersEnd), headersEnd);
  return [text.slice(start, parametersEnd), text.slice(parametersEnd), text];
}

function expectedAfter(text: string, index: number): string {
  const code = text.charCodeAt(index);
  if (code === AT) return "one @ only, others escaped,";
  return code === COLON || code === OPEN_BRACKET ? "brackets around an IPv6 address" : "the end";
}

/** The index behind `*( ";" pname [ "=" pvalue ] )`; an empty value, seen in the field, counts as none. */
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

/** The index behind `"?" hname "=" hvalue *( "&" … )`, or `start` where no header part follows. */
function skipHeaders(text: string, start: number, end: number): number | UriFault {
  let index = start;
  if (index >= end || text.charCodeAt(index) !== QUESTION_MARK) return index;
  do {
    const nameEnd = scanEscaped(text, index + 1, end, uriHeaderCharacters);
    if (nameEnd === index + 1) return new UriFault("a header name", nameEnd);
    if (nameEnd >= end || text.charCodeAt(nameEnd) !== EQUALS) return new UriFault('"=" behind a header name', nameEnd);
    index = scanEscaped(text, nameEnd + 1, end, uriHeaderCharacters);
  } while (index < end && text.charCodeAt(index) === AMPERSAND);
  return index;
}
