import { SipResponse } from "../../message/sip-response.js";
import { fieldsWithoutTopVia } from "../../message/top-via.js";

const reasonStart = "SIP/2.0 200 ".length;

/**
 * A response as it goes on, our Via taken off; undefined when no Via is left: then it was for us (RFC 3261 §16.7 step 3).
 */
export function withoutOwnVia(response: SipResponse): SipResponse | undefined {
  const fields = fieldsWithoutTopVia(response);
  if (!fields.some(({ key }) => key === "via")) return undefined;
  return new SipResponse(response.statusCode, response.startLine.slice(reasonStart), fields, response.body);
}
