import { LoopbackConnection, reachableAddress, type Connection, type Endpoint, type NameAddress } from "@siplet/core";
import type { SipApplicationRoutingDirective, SipApplicationRoutingRegion } from "../api/application-routing.js";
import type { Caller } from "../session/caller.js";

/** What the application router said of the application that gets a request (JSR 289 §15.4). */
export interface ApplicationSelection {
  readonly kind: "application";
  readonly applicationName: string;
  readonly region: SipApplicationRoutingRegion | undefined;
  readonly subscriberUri: string | undefined;
  /** Opaque: goes back to the router with the next question. */
  readonly stateInfo: unknown;
  /** The router that said so: it is asked again, even when the container has got another one since. */
  readonly router: object;
}

/** Why no application gets a request. */
export interface SelectionRefusal {
  readonly kind: "refused";
  readonly statusCode: number;
  readonly reason: string;
}

/** What a request brings along from one application of this container to the next (JSR 289 §15.6). */
export interface ChainContext {
  /** The Routes of ours that the application before saw: the next one sees them too, unless the request brings others. */
  readonly popped: readonly NameAddress[];
  /** The Route of ours that the first request of the chain came with. */
  readonly initialPopped: NameAddress | undefined;
  /** In whose name the servlet speaks that made it: `run-as` (JSR 289 §17). */
  readonly caller?: Caller | undefined;
  /** Who gets it, where a router was asked; then the Routes above were taken away already. */
  readonly selection?: ApplicationSelection | SelectionRefusal;
}

/** An initial request as those see it that follow it. */
export interface ChainRequest {
  readonly chain: ChainContext;
  /** The connection by which the outside gave cause to it; undefined for what began here. */
  readonly origin: Connection | undefined;
  /** What the router said when it came to its application; undefined without a router. */
  readonly selection: ApplicationSelection | undefined;
}

/** How a request of an application goes on (JSR 289 §15.2.2). */
export interface ChainStep {
  readonly directive: SipApplicationRoutingDirective;
  /** The initial request it follows; undefined for NEW. */
  readonly original: ChainRequest | undefined;
  /** In whose name it is made, where the servlet says so. */
  readonly caller?: Caller | undefined;
}

/** How a request goes on that follows none. */
export const newStep: ChainStep = { directive: "NEW", original: undefined };

/** The connection by which the outside came in; undefined for what began here. */
export function originOf(connection: Connection | undefined): Connection | undefined {
  return connection instanceof LoopbackConnection ? connection.origin : connection;
}

/** What the application before told, of a request that came from inside. */
export function chainContextOf(connection: Connection): ChainContext | undefined {
  return connection instanceof LoopbackConnection ? (connection.context as ChainContext | undefined) : undefined;
}

/** Where a message came from, as its application sees it: an application before it has the address of this container. */
export function previousHop(connection: Connection | undefined): Endpoint | undefined {
  if (connection?.deliver === undefined) return connection?.remote;
  const { host, port = connection.local.port } = reachableAddress(connection.transport, connection.remote);
  return { address: host, port };
}
