import type { ServerTransaction } from "../../transaction/server-transaction.js";
import { ProxyContext } from "../context/proxy-context.js";
import type { ProxyOptions } from "../context/proxy-options.js";
import type { ProxyUser } from "../context/proxy-user.js";
import { takeOwnRoutes, type RoutedRequest } from "../request/take-own-routes.js";
import { forwardOn } from "./forward-on.js";
import type { ForwardOptions, ForwardServices } from "./forward-services.js";

/** A request to forward, and who watches. */
export interface ForwardedRequest {
  readonly transaction: ServerTransaction;
  /** What `takeOwnRoutes` made of the request, where that was done; headers may have been changed since. */
  readonly routed?: RoutedRequest;
  readonly user?: ProxyUser;
  readonly options?: ProxyOptions;
}

/**
 * Forwards a request to where its Route and Request-URI say, to one place: a request of a dialog that runs through us, or one
 * for another domain. Own Routes are taken away, strict routers are served both ways, flow tokens are followed. A request
 * that cannot go on is answered. RFC 3261 §16.4–16.6, RFC 5626 §5.3
 * @throws EngineError `header.malformed`, `uri.malformed`: check the request by `validateRequest` first
 */
export function forwardRequest(
  { transaction, routed, user, options }: ForwardedRequest,
  services: ForwardServices,
  forwarding: ForwardOptions = {},
): ProxyContext {
  const { request, popped } = routed ?? takeOwnRoutes(transaction.request, transaction.connection, services.transport);
  const context = new ProxyContext({ services, transaction, request, user, options });
  forwardOn(context, popped, services, forwarding);
  return context;
}
