import { isEngineError } from "../../errors/engine-error.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { Connection, Transport } from "../../transport/transport.js";
import { flowRoute } from "../edge/flow-route.js";
import { forwardCopy } from "../request/forward-copy.js";
import { isForUs } from "../request/own-uri.js";
import { adaptToStrictRouter } from "../request/strict-route.js";
import { takeOwnRoutes, type RoutedRequest } from "../request/take-own-routes.js";
import type { ForwardOptions, ForwardServices } from "./forward-services.js";
import { outboundListener } from "./outbound-listener.js";

/** How an ACK is forwarded. */
export interface ForwardAckOptions extends ForwardOptions {
  /** What `takeOwnRoutes` made of the ACK, where that was done; headers may have been changed since. */
  readonly routed?: RoutedRequest;
  /** The listener to leave from, where our own Routes name none. */
  readonly from?: Transport;
}

/**
 * Forwards the ACK for a 2xx to where its Route and Request-URI say, by no transaction and with a branch of its own (RFC 3261
 * §16.6). An ACK that cannot go on is dropped: nobody may answer it.
 */
export function forwardAck(
  ack: SipRequest,
  incoming: Connection,
  services: ForwardServices,
  options: ForwardAckOptions = {},
): void {
  try {
    send(ack, incoming, services, options);
  } catch (error) {
    if (!isEngineError(error)) throw error;
    services.log.info({ error, callId: ack.callId }, "an ACK could not be forwarded");
  }
}

function send(ack: SipRequest, incoming: Connection, services: ForwardServices, options: ForwardAckOptions): void {
  if (ack.maxForwards === 0) return;
  const { transport, sender } = services;
  const { flows, route, routed = takeOwnRoutes(ack, incoming, transport) } = options;
  const { request, popped } = routed;
  const flow = flows === undefined ? undefined : flowRoute(popped, incoming, flows);
  if (flow?.kind === "rejected") return;
  const connection = flow?.kind === "flow" ? flow.connection : undefined;
  if (connection === undefined && route === undefined && isForUs(request, transport)) return;
  const copy = forwardCopy(request);
  const nextHop = adaptToStrictRouter(copy);
  const from = outboundListener(popped, transport.transports) ?? options.from;
  sender.sendAck(copy, { connection, nextHop, route, from });
}
