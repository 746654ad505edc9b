import { formatHost, type Admission, type Clock, type Connection, type Logger } from "@siplet/core";
import { AccessList, type AccessListOptions } from "./access-list.js";

/** Which networks may send requests to a container, and what becomes of others. */
export interface NetworkAccessOptions extends AccessListOptions {
  /**
   * `drop`: nothing comes back, and nothing is read of what they send; stream connections are closed. `forbid`: requests
   * are answered 403. `drop` unless told otherwise.
   */
  readonly denied?: "drop" | "forbid";
  /** Other lists for single listeners, by the place they were given: `"udp:10.0.0.1:5060"`. */
  readonly listeners?: Readonly<Record<string, AccessListOptions>>;
}

/** How often one address is written down, in milliseconds. */
const logInterval = 60_000;
/** How many addresses are remembered for that. */
const mostRemembered = 1000;

/** Keeps networks out of a container. */
export class NetworkAccess {
  readonly #list: AccessList;
  readonly #listeners: ReadonlyMap<string, AccessList>;
  readonly #isForbidding: boolean;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #told = new Map<string, { at: number; count: number }>();

  /** @throws EngineError `transport.option` for a network that is none */
  constructor(options: NetworkAccessOptions, { clock, log }: { readonly clock: Clock; readonly log: Logger }) {
    this.#list = new AccessList(options);
    const listeners = Object.entries(options.listeners ?? {});
    this.#listeners = new Map(listeners.map(([place, list]) => [place, new AccessList(list)]));
    this.#isForbidding = options.denied === "forbid";
    this.#clock = clock;
    this.#log = log;
  }

  /** What becomes of octets that have just arrived; for the transport layer, before they are read. */
  readonly admit = (_bytes: Uint8Array, connection: Connection): Admission => {
    if (this.#isForbidding || this.#allows(connection)) return "take";
    this.#tell(connection);
    return connection.transport.isReliable ? "close" : "drop";
  };

  /** Whether a request is answered 403 for where it came from. */
  forbids(connection: Connection): boolean {
    if (!this.#isForbidding || connection.deliver !== undefined || this.#allows(connection)) return false;
    this.#tell(connection);
    return true;
  }

  #allows({ transport, remote }: Connection): boolean {
    const list = this.#listeners.size === 0 ? undefined : this.#listeners.get(placeOf(transport));
    return (list ?? this.#list).allows(remote.address);
  }

  /** An address is told once a minute, with how often it tried since. */
  #tell({ remote: { address }, transport: { protocol } }: Connection): void {
    const now = this.#clock.monotonic();
    const known = this.#told.get(address);
    if (known !== undefined && now - known.at < logInterval) {
      known.count += 1;
      return;
    }
    if (known === undefined && this.#told.size >= mostRemembered) this.#told.clear();
    this.#told.set(address, { at: now, count: 0 });
    this.#log.warn({ remote: address, protocol, before: known?.count ?? 0 }, "a network that may not send was denied");
  }
}

function placeOf({ protocol, local }: Connection["transport"]): string {
  return `${protocol}:${formatHost(local.address)}:${local.port}`;
}
