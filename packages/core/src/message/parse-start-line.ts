import { isToken } from "../grammar/token.js";
import { parseUri } from "../uri/parse-uri.js";
import { methods } from "./methods.js";
import { parseFailure, type ParseFailure } from "./parse-failure.js";
import { decodeWireText } from "./wire-text.js";

/** A Request-Line taken apart. */
export interface RequestLine {
  readonly kind: "request-line";
  readonly method: string;
  readonly requestUriText: string;
  /** Whether the Request-URI was found to be a plain SIP URI. */
  readonly hasPlainUri?: boolean;
}

/** A Status-Line taken apart. */
export interface StatusLine {
  readonly kind: "status-line";
  readonly statusCode: number;
  readonly reason: string;
}

const version = "SIP/2.0";

/** Reads the first line of a message (RFC 3261 §7.1, §7.2): exactly one SP between its parts, none at its ends. */
export function parseStartLine(line: string): RequestLine | StatusLine | ParseFailure {
  const first = line.indexOf(" ");
  if (first <= 0) return parseFailure("The start line has no spaces", 0);
  const head = line.slice(0, first);
  return isVersion(head) ? parseStatusLine(line, head) : parseRequestLine(line, head);
}

function isVersion(text: string): boolean {
  return text === version || (text.length > 4 && text.slice(0, 4).toUpperCase() === "SIP/");
}

function parseRequestLine(line: string, method: string): RequestLine | ParseFailure {
  if (!methods.has(method) && !isToken(method)) return parseFailure("The method is no token", 0);
  const uriStart = method.length + 1;
  const uriEnd = line.indexOf(" ", uriStart);
  if (uriEnd < 0) return parseFailure("The Request-Line has no version", line.length);
  const text = line.slice(uriEnd + 1);
  if (text !== version && text.toUpperCase() !== version) return versionFailure(text, uriEnd + 1);
  const requestUriText = line.slice(uriStart, uriEnd);
  const fault = requestUriFault(requestUriText);
  if (fault !== undefined) return parseFailure(`Bad Request-URI: ${fault}`, uriStart);
  return { kind: "request-line", method, requestUriText };
}

const anyVersion = /^SIP\/\d+\.\d+$/i;

function versionFailure(text: string, offset: number): ParseFailure {
  if (anyVersion.test(text)) return parseFailure(`Version ${text} is not supported`, offset, 505);
  return parseFailure("The Request-Line is not method, URI and version with one space between", offset);
}

/** A Request-URI has no angle brackets, no white space and, being SIP, no header part (RFC 3261 §19.1.1 table 1). */
function requestUriFault(text: string): string | undefined {
  if (text === "") return "it is empty";
  try {
    const uri = parseUri(decodeWireText(text));
    if (uri.kind === "sip" && uri.headers.size > 0) return "a Request-URI has no header part";
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function parseStatusLine(line: string, head: string): StatusLine | ParseFailure {
  if (head !== version && head.toUpperCase() !== version) {
    return parseFailure(`Version ${head} is not supported`, 0, 505);
  }
  const codeStart = head.length + 1;
  const codeEnd = line.indexOf(" ", codeStart);
  const code = codeEnd < 0 ? line.slice(codeStart) : line.slice(codeStart, codeEnd);
  const statusCode = /^[1-6]\d\d$/.test(code) ? Number(code) : 0;
  if (statusCode === 0) return parseFailure(`Bad status code ${code.slice(0, 20)}`, codeStart);
  return { kind: "status-line", statusCode, reason: codeEnd < 0 ? "" : line.slice(codeEnd + 1) };
}
