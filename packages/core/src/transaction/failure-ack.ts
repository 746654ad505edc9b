import { HeaderField } from "../message/header-field.js";
import { RequestBuilder } from "../message/request-builder.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";

/** Fields that the ACK takes from the INVITE as they are (RFC 3261 §17.1.1.3, §22.1). */
const copied = new Set(["from", "call-id", "route", "authorization", "proxy-authorization"]);

/**
 * The ACK for a 300–699 answer, hop by hop: Request-URI, From, Call-ID, Route, credentials and the one top Via of the
 * INVITE, To of the response, same CSeq number. RFC 3261 §17.1.1.3
 */
export function failureAck(invite: SipRequest, response: SipResponse): SipRequest {
  return hopByHop("ACK", invite, response);
}

/** The CANCEL of a request: everything but To as in `failureAck`, To as in the request. RFC 3261 §9.1 */
export function cancelRequest(request: SipRequest): RequestBuilder {
  return RequestBuilder.from(hopByHop("CANCEL", request, request));
}

function hopByHop(method: string, request: SipRequest, toSource: SipRequest | SipResponse): SipRequest {
  const fields: HeaderField[] = [];
  const via = request.field("via");
  if (via !== undefined) fields.push(via);
  const to = toSource.field("to");
  if (to !== undefined) fields.push(to);
  for (const field of request.fields) if (copied.has(field.key)) fields.push(field);
  const { sequenceNumber } = request.cseq;
  const builder = new RequestBuilder(method, "", fields);
  builder.addField(new HeaderField("cseq", `CSeq: ${sequenceNumber} ${method}`, 6));
  builder.addField(new HeaderField("max-forwards", "Max-Forwards: 70", 14));
  builder.wireRequestUri = request.requestUriText;
  return builder.build();
}
