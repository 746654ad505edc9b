import type { NameAddress } from "../../headers/name-address.js";
import type { HeaderField } from "../../message/header-field.js";
import { SipRequest } from "../../message/sip-request.js";
import type { Connection } from "../../transport/transport.js";
import type { SipUri } from "../../uri/sip-uri.js";
import { isOwnUri, portOf, type OwnAddresses } from "./own-uri.js";
import { withoutFirstValue, withoutLastValue } from "./route-fields.js";

/** A request whose Route and Request-URI name this element no longer. */
export interface RoutedRequest {
  readonly request: SipRequest;
  /** The Route values that were ours and were taken away, the first one first: two for a double Record-Route. */
  readonly popped: readonly NameAddress[];
  /** What we had put into Record-Route, where a strict router brought it as the Request-URI. */
  readonly strict?: SipUri;
}

/** The parameter that marks both values of a double Record-Route; the name is the one that other proxies use. */
export const pairParameter = "r2";

const nothing: readonly NameAddress[] = [];

/**
 * What a proxy does to a request before it looks for targets (RFC 3261 §16.4), in this order: undoes what a strict router
 * did to the Request-URI, takes a `maddr` of ours out of it, removes our own first Route, and the second one too where both
 * are one double Record-Route (RFC 5658 §4.2).
 * @throws EngineError `header.malformed`, `uri.malformed`
 */
export function takeOwnRoutes(received: SipRequest, connection: Connection, own: OwnAddresses): RoutedRequest {
  const hasRoute = received.field("route") !== undefined;
  const mayBeOurs = hasRoute || mayHoldMaddr(received.requestUriText);
  if (!mayBeOurs) return { request: received, popped: nothing };
  const restored = hasRoute ? withoutStrictRouting(received, own) : received;
  const request = withoutOwnMaddr(restored, connection, own);
  if (!hasRoute) return { request, popped: nothing };
  const routed = popOwnRoutes(request, own);
  return restored === received ? routed : { ...routed, strict: received.requestUri as SipUri };
}

/** Request-URI is what we put into Record-Route: the target stands at the end of the Route. */
function withoutStrictRouting(request: SipRequest, own: OwnAddresses): SipRequest {
  const { requestUri } = request;
  if (!isOwnUri(requestUri, own) || !requestUri.lr) return request;
  const target = request.get("Route").at(-1);
  if (target === undefined) return request;
  return withTarget(request, String(target.uri), withoutLastValue(request.fields, "route"));
}

function withoutOwnMaddr(request: SipRequest, connection: Connection, own: OwnAddresses): SipRequest {
  if (!mayHoldMaddr(request.requestUriText)) return request;
  const { requestUri } = request;
  if (requestUri.kind !== "sip" || requestUri.maddr === undefined) return request;
  if (!own.isOwnAddress(requestUri.maddr, portOf(requestUri)) || !cameAsSaid(requestUri, connection)) return request;
  const bare = requestUri.with({ port: undefined }).withoutParameter("maddr").withoutParameter("transport");
  return withTarget(request, String(bare), [...request.fields]);
}

/** The request came on the port and by the transport that its Request-URI names (RFC 3261 §16.4). */
function cameAsSaid(uri: SipUri, { transport, local }: Connection): boolean {
  const named = uri.transport ?? (uri.isSecure ? "tls" : "udp");
  const protocol = uri.isSecure && named === "tcp" ? "tls" : named;
  return protocol === transport.protocol && portOf(uri) === (transport.isReliable ? transport.local : local).port;
}

/** Takes away our own first Route, and the second one where both are one double Record-Route. RFC 3261 §16.4 */
export function popOwnRoutes(request: SipRequest, own: OwnAddresses): RoutedRequest {
  const [first, second] = request.get("Route");
  if (first === undefined || !isOwnUri(first.uri, own)) return { request, popped: nothing };
  const fields = withoutFirstValue(request.fields, "route");
  if (second === undefined || !isPair(first, second, own)) {
    return { request: withFields(request, fields), popped: [first] };
  }
  return { request: withFields(request, withoutFirstValue(fields, "route")), popped: [first, second] };
}

function isPair(first: NameAddress, second: NameAddress, own: OwnAddresses): boolean {
  return isHalf(first) && isHalf(second) && isOwnUri(second.uri, own);
}

function isHalf({ uri }: NameAddress): boolean {
  return uri.kind === "sip" && uri.parameters.has(pairParameter);
}

function mayHoldMaddr(uri: string): boolean {
  return uri.includes(";") && uri.toLowerCase().includes("maddr");
}

function withFields(request: SipRequest, fields: readonly HeaderField[]): SipRequest {
  return new SipRequest(request.method, request.requestUriText, fields, request.body);
}

function withTarget(request: SipRequest, target: string, fields: readonly HeaderField[]): SipRequest {
  return new SipRequest(request.method, target, fields, request.body);
}
