import type { HeaderField } from "../../message/header-field.js";
import { RequestBuilder } from "../../message/request-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import { parseUri } from "../../uri/parse-uri.js";
import { toRequestUri } from "../../uri/request-parts.js";
import type { Uri } from "../../uri/uri.js";
import { wireField } from "./route-fields.js";

/** Written where a request has no Max-Forwards that can be read (RFC 3261 §16.6 step 3). */
const fullMaxForwards = 70;
const maxForwardsFields: (HeaderField | undefined)[] = [];

/**
 * The copy of a request that a proxy sends to a target: same fields in the same order, Request-URI replaced, Max-Forwards
 * one less or 70 (RFC 3261 §16.6 steps 1–3). Max-Breadth is left out, the sender of the copy sets it. What is not touched is
 * shared, not copied.
 * @throws EngineError `uri.malformed`
 */
export function forwardCopy(request: SipRequest, target: Uri | string = request.requestUriText): RequestBuilder {
  const { fields, maxForwards } = request;
  const hops = maxForwards === undefined ? fullMaxForwards : Math.max(0, maxForwards - 1);
  const copy: HeaderField[] = [];
  let isHopSet = false;
  for (const field of fields) {
    if (field.key === "max-breadth") continue;
    if (field.key !== "max-forwards") copy.push(field);
    else if (!isHopSet) {
      copy.push(maxForwardsField(hops));
      isHopSet = true;
    }
  }
  if (!isHopSet) copy.push(maxForwardsField(hops));
  return withTarget(new RequestBuilder(request.method, "", copy, request.body), request, target);
}

/** The Request-URI that came leaves as it stands; another one without the parts that cannot stand there. */
function withTarget(builder: RequestBuilder, request: SipRequest, target: Uri | string): RequestBuilder {
  if (target === request.requestUriText) builder.wireRequestUri = target;
  else builder.requestUri = toRequestUri(typeof target === "string" ? parseUri(target) : target);
  return builder;
}

function maxForwardsField(hops: number): HeaderField {
  return (maxForwardsFields[hops] ??= wireField("max-forwards", "Max-Forwards", String(hops)));
}
