import { isEngineError } from "../../errors/engine-error.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { Connection } from "../../transport/transport.js";
import { flowRoute } from "../edge/flow-route.js";
import { forwardCopy } from "../request/forward-copy.js";
import { isForUs } from "../request/own-uri.js";
import { adaptToStrictRouter } from "../request/strict-route.js";
import { takeOwnRoutes } from "../request/take-own-routes.js";
import type { ForwardOptions, ForwardServices } from "./forward-services.js";
import { outboundListener } from "./outbound-listener.js";

/**
 * Forwards the ACK for a 2xx to where its Route and Request-URI say, by no transaction and with a branch of its own (RFC 3261
 * §16.6). An ACK that cannot go on is dropped: nobody may answer it.
 */
export function forwardAck(
  ack: SipRequest,
  incoming: Connection,
  services: ForwardServices,
  options: ForwardOptions = {},
): void {
  try {
    send(ack, incoming, services, options);
  } catch (error) {
    if (!isEngineError(error)) throw error;
    services.log.info({ error, callId: ack.callId }, "an ACK could not be forwarded");
  }
}

function send(ack: SipRequest, incoming: Connection, services: ForwardServices, options: ForwardOptions): void {
  const { flows, route } = options;
  if (ack.maxForwards === 0) return;
  const { transport, sender } = services;
  const { request, popped } = takeOwnRoutes(ack, incoming, transport);
  const flow = flows === undefined ? undefined : flowRoute(popped, incoming, flows);
  if (flow?.kind === "rejected") return;
  const connection = flow?.kind === "flow" ? flow.connection : undefined;
  if (connection === undefined && route === undefined && isForUs(request, transport)) return;
  const copy = forwardCopy(request);
  const nextHop = adaptToStrictRouter(copy);
  sender.sendAck(copy, { connection, nextHop, route, from: outboundListener(popped, transport.transports) });
}
