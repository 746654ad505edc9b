import type { Connection, RequestRouter } from "@siplet/core";
import { originOf } from "../message/chain-context.js";
import type { Signalling } from "../message/signalling.js";

/** Where the next application of a dialog is in this container, a request goes there by no socket (JSR 289 §15.6). */
export function routeFrom(connection: Connection, { routes }: Signalling): RequestRouter {
  const companions = { origin: originOf(connection) };
  return (request, nextHop) => routes.find(request, nextHop, companions);
}
