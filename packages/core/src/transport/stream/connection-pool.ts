import type { Destination } from "../transport.js";
import type { PeerConnection } from "./peer-connection.js";

/**
 * The connections of one listener, and which of them a request to a destination takes: one that we made to it (RFC 3261
 * §18.1.1), or one that an authenticated peer made to us and offered for it (RFC 5923). Any other connection that a peer
 * made is used for answers alone.
 */
export class ConnectionPool {
  readonly #all = new Set<PeerConnection>();
  readonly #outgoing = new Map<string, PeerConnection>();
  readonly #aliases = new Map<string, PeerConnection>();
  readonly #keys = new WeakMap<PeerConnection, string[]>();

  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): IterableIterator<PeerConnection> {
    return this.#all.values();
  }

  /** An open connection for requests to that destination. */
  find(destination: Destination): PeerConnection | undefined {
    const made = this.#outgoing.get(destinationKey(destination));
    if (made?.isOpen === true) return made;
    const offered = this.#aliases.get(aliasKey(destination.address, destination.port));
    if (offered?.isOpen !== true) return undefined;
    const wanted = (destination.domain ?? destination.address).toLowerCase();
    return offered.security?.identities.includes(wanted) === true ? offered : undefined;
  }

  /** Takes a connection in; with `destination`, further requests to it take the same one. */
  add(connection: PeerConnection, destination?: Destination): void {
    this.#all.add(connection);
    if (destination === undefined) return;
    const key = destinationKey(destination);
    this.#outgoing.set(key, connection);
    this.#remember(connection, key);
  }

  /** Lets requests to that port of the connection's peer take the connection. */
  addAlias(connection: PeerConnection, port: number): void {
    const key = aliasKey(connection.remote.address, port);
    if (this.#aliases.get(key)?.isOpen === true) return;
    this.#aliases.set(key, connection);
    this.#remember(connection, key);
  }

  /** Takes a connection out. */
  remove(connection: PeerConnection): void {
    this.#all.delete(connection);
    for (const key of this.#keys.get(connection) ?? []) {
      if (this.#outgoing.get(key) === connection) this.#outgoing.delete(key);
      if (this.#aliases.get(key) === connection) this.#aliases.delete(key);
    }
  }

  #remember(connection: PeerConnection, key: string): void {
    const keys = this.#keys.get(connection);
    if (keys === undefined) this.#keys.set(connection, [key]);
    else if (!keys.includes(key)) keys.push(key);
  }
}

/** Different names at one address are different peers, each with a certificate to show. */
function destinationKey({ address, port, domain }: Destination): string {
  return `${address} ${port} ${domain?.toLowerCase() ?? ""}`;
}

function aliasKey(address: string, port: number): string {
  return `${address} ${port}`;
}
