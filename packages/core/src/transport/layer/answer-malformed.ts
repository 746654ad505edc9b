import { createResponse } from "../../message/create-response.js";
import type { ParseFailure } from "../../message/parse-failure.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { Endpoint } from "../endpoint.js";
import { recordSource } from "./record-source.js";

/** A request that cannot be worked with, and what is answered. */
export interface MalformedAnswer {
  readonly request: SipRequest;
  readonly response: SipResponse;
}

const needed = ["via", "from", "to", "call-id", "cseq"];
const longestReason = 120;

/**
 * The answer to a bad request, when its own words allow one; a bad response, an ACK and octets that are no message get none
 * (RFC 3261 §16.3, §18.3).
 */
export function answerMalformed(failure: ParseFailure, remote: Endpoint): MalformedAnswer | undefined {
  const { message: request, reason, statusCode } = failure;
  if (request?.kind !== "request" || request.method === "ACK") return undefined;
  if (needed.some((key) => request.field(key) === undefined) || !hasReadableVia(request)) return undefined;
  recordSource(request, remote);
  const options = { reason: printable(reason), toTag: "malformed" };
  return { request, response: createResponse(request, statusCode, options).build() };
}

function hasReadableVia(request: SipRequest): boolean {
  try {
    return request.topVia.host !== "";
  } catch {
    return false;
  }
}

/** A reason phrase holds no line ends and stays short (RFC 3261 §25.1). */
function printable(reason: string): string {
  let text = "";
  for (const character of reason.slice(0, longestReason)) {
    text += character >= " " && character <= "~" ? character : "?";
  }
  return text;
}
