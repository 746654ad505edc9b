import { andThen, type SyncOrPromise } from "../../auth/users/sync-or-promise.js";
import type { NameAddress } from "../../headers/name-address.js";
import type { ProxyContext } from "../context/proxy-context.js";
import { edgeOptions } from "../edge/edge-routes.js";
import { flowRoute } from "../edge/flow-route.js";
import { isForUs } from "../request/own-uri.js";
import type { ForwardOptions, ForwardServices } from "./forward-services.js";
import { gruuTarget, type GruuTarget } from "./gruu-target.js";
import { outboundListener } from "./outbound-listener.js";

/**
 * Sends the request of a context to where its Route and Request-URI say, down the flow that our own Routes named, or answers
 * it: 403, 404, 430, 483. `popped` are the Routes of ours that were taken away. RFC 3261 §16.5, RFC 5626 §5.3
 */
export function forwardOn(
  context: ProxyContext,
  popped: readonly NameAddress[],
  services: ForwardServices,
  { flows, gruus, route }: ForwardOptions = {},
): void {
  const { request, transaction } = context;
  const refuse = (statusCode: number): void => context.respond(context.createOwnResponse(statusCode));
  if (request.maxForwards === 0) return refuse(483);
  const flow = flows === undefined ? undefined : flowRoute(popped, transaction.connection, flows);
  if (flow?.kind === "rejected") return refuse(flow.statusCode);
  const connection = flow?.kind === "flow" ? flow.connection : undefined;
  const device = connection === undefined ? gruuTarget(request, gruus, flows) : undefined;
  if (device !== undefined) return forwardToDevice(context, device, services);
  if (connection === undefined && route === undefined && isForUs(request, services.transport)) return refuse(404);
  const from = outboundListener(popped, services.transport.transports);
  const passage = { incoming: transaction.connection, outgoing: connection };
  const bound = flows === undefined ? undefined : edgeOptions(request, passage, flows, context.options);
  context.addTarget(request.requestUriText, { connection, from, route, ...bound });
  context.start();
}

/** At once where the location service need not wait; afterwards only if nobody has answered meanwhile. */
function forwardToDevice(context: ProxyContext, device: SyncOrPromise<GruuTarget>, { log }: ForwardServices): void {
  const answer = (statusCode: number): void => context.respond(context.createOwnResponse(statusCode));
  const done = andThen(device, (found) => {
    if (!context.isOpen) return;
    if (typeof found === "number") return answer(found);
    context.addTarget(found.uri, found.options);
    context.start();
  });
  done?.catch((error: unknown) => {
    log.error({ error, method: context.transaction.method }, "the device behind a GRUU could not be found");
    if (context.isOpen) answer(500);
  });
}
