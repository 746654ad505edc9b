import { andThen, type SyncOrPromise } from "../../auth/users/sync-or-promise.js";
import { isEngineError } from "../../errors/engine-error.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { Connection, Transport } from "../../transport/transport.js";
import { flowRoute } from "../edge/flow-route.js";
import { forwardCopy } from "../request/forward-copy.js";
import { isForUs } from "../request/own-uri.js";
import { adaptToStrictRouter, pushRoutes } from "../request/strict-route.js";
import { takeOwnRoutes, type RoutedRequest } from "../request/take-own-routes.js";
import type { ForwardOptions, ForwardServices } from "./forward-services.js";
import { gruuTarget, type GruuTarget } from "./gruu-target.js";
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
  const { flows, gruus, route, routed = takeOwnRoutes(ack, incoming, transport) } = options;
  const { request, popped } = routed;
  const flow = flows === undefined ? undefined : flowRoute(popped, incoming, flows);
  if (flow?.kind === "rejected") return;
  const connection = flow?.kind === "flow" ? flow.connection : undefined;
  const device = connection === undefined ? gruuTarget(request, gruus, flows) : undefined;
  if (device !== undefined) return sendToDevice(request, device, services);
  if (connection === undefined && route === undefined && isForUs(request, transport)) return;
  const copy = forwardCopy(request);
  const nextHop = adaptToStrictRouter(copy);
  const from = outboundListener(popped, transport.transports) ?? options.from;
  sender.sendAck(copy, { connection, nextHop, route, from });
}

/** An ACK for a device that is not there is dropped. */
function sendToDevice(ack: SipRequest, device: SyncOrPromise<GruuTarget>, { sender, log }: ForwardServices): void {
  const done = andThen(device, (found) => {
    if (typeof found === "number") return;
    const { routes = [], connection } = found.options ?? {};
    const copy = forwardCopy(ack, found.uri);
    pushRoutes(copy, routes);
    sender.sendAck(copy, { connection, nextHop: adaptToStrictRouter(copy) });
  });
  done?.catch((error: unknown) => log.info({ error, callId: ack.callId }, "an ACK could not be forwarded"));
}
