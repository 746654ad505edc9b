import { LoopbackConnection, reachableAddress, type Connection, type Endpoint, type NameAddress } from "@siplet/core";

/** What a request brings along from one application of this container to the next (JSR 289 §15.6). */
export interface ChainContext {
  /** The Routes of ours that the application before saw: the next one sees them too, unless the request brings others. */
  readonly popped: readonly NameAddress[];
  /** The Route of ours that the first request of the chain came with. */
  readonly initialPopped: NameAddress | undefined;
}

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
