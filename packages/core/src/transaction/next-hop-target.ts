import { EngineError } from "../errors/engine-error.js";
import type { NameAddress } from "../headers/name-address.js";
import type { LocateTarget } from "../locate/hop/next-hop.js";
import type { SipRequest } from "../message/sip-request.js";
import type { Uri } from "../uri/uri.js";

/**
 * Whom a request goes to: `nextHop` where it was chosen, else the first Route if it is a loose router, else the Request-URI.
 * A sips Request-URI makes every hop secure. RFC 3261 §8.1.2, §16.6 step 7, RFC 3263 §4
 * @throws EngineError `locate.unsupported` when that is no SIP URI
 */
export function nextHopTarget(request: SipRequest, nextHop?: Uri): LocateTarget {
  const uri = nextHopUri(request, nextHop);
  if (uri.kind !== "sip") {
    throw new EngineError("locate.unsupported", {
      detail: `${String(uri)} is no SIP URI; send it to a proxy by a Route header`,
    });
  }
  const { host, port, maddr, transport } = uri;
  const secure = uri.isSecure || isSips(request.requestUriText);
  return { secure, host: maddr ?? host, port, transport };
}

/** See `nextHopTarget`, as the URI that it is. @throws EngineError `uri.malformed`, `header.malformed` */
export function nextHopUri(request: SipRequest, nextHop?: Uri): Uri {
  if (nextHop !== undefined) return nextHop;
  const field = request.field("route");
  if (field === undefined) return request.requestUri;
  const [route] = field.value as readonly NameAddress[];
  return route?.uri.kind === "sip" && route.uri.lr ? route.uri : request.requestUri;
}

function isSips(uri: string): boolean {
  return uri.startsWith("sips:") || uri.slice(0, 5).toLowerCase() === "sips:";
}
