import type { RandomSource } from "../../random/random-source.js";
import { formatEndpoint, sameEndpoint, type Endpoint } from "../endpoint.js";
import type { Connection, Transport, TransportProtocol } from "../transport.js";

/** What tells a flow from every other: transport, both ends, and for streams the one connection between them. */
export interface FlowAddress {
  readonly protocol: TransportProtocol;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** Number of a stream connection, never given twice; empty for UDP. */
  readonly serial: string;
}

/**
 * The flows of an element (RFC 5626 §3.1): every stream connection that stands, each with a number of its own, so that a
 * later connection between the same ports is not taken for it; over UDP any pair of addresses.
 */
export class FlowTable {
  readonly #transports: readonly Transport[];
  readonly #streams = new Map<string, Connection>();
  readonly #serials = new WeakMap<Connection, string>();
  /** Tells the connections of this run of the program from those of the run before. */
  readonly #epoch: string;
  #count = 0;

  constructor(transports: readonly Transport[], random: RandomSource) {
    this.#transports = transports;
    this.#epoch = random.hex(4);
  }

  /** How many stream connections stand. */
  get size(): number {
    return this.#streams.size;
  }

  /** The stream connections that stand. */
  connections(): IterableIterator<Connection> {
    return this.#streams.values();
  }

  /** A stream connection stands. */
  opened(connection: Connection): void {
    const serial = this.#epoch + (this.#count++).toString(36);
    this.#serials.set(connection, serial);
    this.#streams.set(serial, connection);
  }

  /** A stream connection ended. */
  closed(connection: Connection): void {
    const serial = this.#serials.get(connection);
    if (serial !== undefined) this.#streams.delete(serial);
  }

  /** What names the flow that a connection is. */
  addressOf(connection: Connection): FlowAddress {
    const { transport, local, remote } = connection;
    return { protocol: transport.protocol, local, remote, serial: this.#serials.get(connection) ?? "" };
  }

  /** The connection of a flow; undefined once it is gone. */
  find({ protocol, local, remote, serial }: FlowAddress): Connection | undefined {
    if (serial !== "") {
      const stream = this.#streams.get(serial);
      return stream?.isOpen === true ? stream : undefined;
    }
    const listener = this.#transports.find(
      (each) => each.protocol === protocol && !each.isReliable && sameEndpoint(each.local, local),
    );
    return listener?.connect(remote);
  }
}

/** Tells whether two connections are one flow: the same stream, or the same pair of UDP addresses. */
export function isSameFlow(one: Connection, other: Connection): boolean {
  if (one === other) return true;
  if (one.transport !== other.transport || one.transport.isReliable) return false;
  return formatEndpoint(one.remote) === formatEndpoint(other.remote);
}
