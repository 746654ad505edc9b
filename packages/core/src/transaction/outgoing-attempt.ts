import type { NextHop } from "../locate/hop/next-hop.js";
import { RequestBuilder } from "../message/request-builder.js";
import type { SipRequest } from "../message/sip-request.js";
import { createVia } from "../transport/create-via.js";
import type { TransportLayer } from "../transport/layer/transport-layer.js";
import type { Connection, Transport } from "../transport/transport.js";
import type { Uri } from "../uri/uri.js";

/** What may be said about each attempt to send a request. */
export interface AttemptOptions {
  /** The listener to leave from, where several would do. */
  readonly from?: Transport;
  /**
   * Where to send, whatever Route and Request-URI say: to a strict router that became the Request-URI while the Route behind
   * it is loose (RFC 3261 §16.6 step 7).
   */
  readonly nextHop?: Uri;
  /**
   * Completes a copy of the request for the connection it takes, before our Via is put on top: Contact and Record-Route
   * depend on it. Called again for each attempt.
   */
  readonly onConnection?: (request: RequestBuilder, connection: Connection) => void;
}

/** What is sent, by which branch. */
export interface AttemptPlan {
  readonly draft: SipRequest;
  readonly branch: string;
  readonly options: AttemptOptions;
}

/** A copy of a request, complete but for our Via, and the connection it shall take. */
export interface OutgoingAttempt {
  readonly request: RequestBuilder;
  readonly connection: Connection;
  /** True when only the size of the request chose the protocol: refused, the next attempt takes UDP (RFC 3261 §18.1.1). */
  readonly mayFallBack: boolean;
}

/**
 * Makes ready what goes to a hop. A request too large for a datagram gets a stream (RFC 3261 §18.1.1).
 * @throws EngineError `transport.unsupported`
 */
export function prepareAttempt(transport: TransportLayer, hop: NextHop, plan: AttemptPlan): OutgoingAttempt {
  const { from } = plan.options;
  const first = prepareOn(transport.connect(hop.protocol, hop, from), plan);
  if (hop.protocol !== "udp") return first;
  const size = sizeOf(first.request) + viaLine + createVia(first.connection, plan.branch).length;
  const { protocol, fallback } = transport.chooseProtocol(hop, size);
  if (protocol === "udp") return first;
  return { ...prepareOn(transport.connect(protocol, hop, from), plan), mayFallBack: fallback !== undefined };
}

/** Makes ready what goes to a connection that was chosen before. */
export function prepareOn(connection: Connection, { draft, options }: AttemptPlan): OutgoingAttempt {
  const request = RequestBuilder.from(draft);
  options.onConnection?.(request, connection);
  return { request, connection, mayFallBack: false };
}

const viaLine = "Via: \r\n".length;

/** Octets of the request as it would leave, our Via left out. */
function sizeOf(request: RequestBuilder): number {
  let size = `${request.method} ${request.requestUriText} SIP/2.0\r\n\r\n`.length + request.body.length;
  let hasLength = false;
  for (const field of request.fields) {
    size += field.line.length + 2;
    if (field.key === "content-length") hasLength = true;
  }
  return hasLength ? size : size + `Content-Length: ${request.body.length}\r\n`.length;
}
