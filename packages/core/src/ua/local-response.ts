import { ResponseBuilder } from "../message/response-builder.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";

const copied = new Set(["via", "from", "to", "call-id", "cseq"]);

/**
 * The response a client acts on when none came: 408 for a timeout, 503 for a broken transport, or the status of what kept
 * the request from being sent. It was never on the wire. RFC 3261 §8.1.3.1
 */
export function createLocalResponse(request: SipRequest, statusCode: number, reason?: string): SipResponse {
  const fields = request.fields.filter(({ key }) => copied.has(key));
  return new ResponseBuilder(statusCode, reason, fields).build();
}
