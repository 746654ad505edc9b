import {
  EngineError,
  type AdvertisedAddress,
  type Connection,
  type Destination,
  type Endpoint,
  type Transport,
  type TransportProtocol,
  type TransportUser,
} from "@siplet/core";
import { MemoryStreamConnection } from "./memory-stream-connection.js";
import type { NetworkListener, NetworkMedium, SendCallback, StreamEnd } from "./network-medium.js";

/** How a listener of the in-memory network is made. */
export interface MemoryTransportOptions {
  readonly protocol: TransportProtocol;
  /** Address of the host in the network, such as `192.0.2.1` or `2001:db8::1`. */
  readonly address: string;
  readonly port: number;
  readonly advertise?: AdvertisedAddress;
}

/** A listener of the in-memory network: datagrams for `udp`, streams for all others. */
export class MemoryTransport implements Transport, NetworkListener {
  readonly protocol: TransportProtocol;
  readonly local: Endpoint;
  readonly advertised: AdvertisedAddress | undefined;
  readonly #medium: NetworkMedium;
  readonly #user: TransportUser;
  readonly #outgoing = new Map<string, MemoryStreamConnection>();
  readonly #connections = new Set<MemoryStreamConnection>();
  #isOpen = true;

  constructor(options: MemoryTransportOptions, user: TransportUser, medium: NetworkMedium) {
    this.protocol = options.protocol;
    this.local = { address: options.address, port: options.port };
    this.advertised = options.advertise;
    this.#user = user;
    this.#medium = medium;
  }

  get isReliable(): boolean {
    return this.protocol !== "udp";
  }

  get isSecure(): boolean {
    return this.protocol === "tls" || this.protocol === "wss";
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  connect(destination: Destination): Connection {
    if (!this.isReliable) return new MemoryDatagramConnection(this, destination);
    const key = `${destination.address}:${destination.port}`;
    const open = this.#outgoing.get(key);
    if (open?.isOpen) return open;
    const local = { address: this.local.address, port: this.#medium.takePort() };
    const connection = this.#createStream(local, destination);
    if (!this.#isOpen) {
      connection.ended(new EngineError("transport.closed", { detail: `${this.protocol} ${this.local.address}` }));
      return connection;
    }
    this.#outgoing.set(key, connection);
    this.#shakeHands(connection);
    return connection;
  }

  /** Sends a datagram. */
  sendDatagram(bytes: Uint8Array, to: Endpoint, done?: SendCallback): void {
    const detail = `udp ${this.local.address}:${this.local.port} to ${to.address}:${to.port}`;
    if (!this.#isOpen) done?.(new EngineError("transport.closed", { detail }));
    else if (to.port < 1 || to.port > 65_535) done?.(new EngineError("transport.failed", { detail }));
    else this.#medium.sendDatagram(this, to, { bytes, done });
  }

  receiveDatagram(bytes: Uint8Array, from: Endpoint): void {
    if (!this.#isOpen) return;
    const connection = new MemoryDatagramConnection(this, from);
    if (bytes.length > 4 || !isKeepAlive(bytes)) this.#user.onMessage(bytes, connection);
    else if (bytes.length === 4 && bytes[0] !== 0) connection.send(Buffer.from("\r\n"));
  }

  accept(far: StreamEnd): StreamEnd {
    const connection = this.#createStream(far.remote, far.local);
    connection.establish(far);
    return connection;
  }

  close(): Promise<void> {
    this.#isOpen = false;
    this.#medium.close(this);
    for (const connection of this.#connections) connection.close();
    return Promise.resolve();
  }

  #createStream(local: Endpoint, remote: Endpoint): MemoryStreamConnection {
    const connection = new MemoryStreamConnection({
      transport: this,
      user: this.#user,
      medium: this.#medium,
      local,
      remote: { address: remote.address, port: remote.port },
      onEnded: (ended) => this.#forget(ended),
    });
    this.#connections.add(connection);
    return connection;
  }

  /** There and back: the far end stands half a round trip before the near one. */
  #shakeHands(near: MemoryStreamConnection): void {
    this.#travel(near.local, near.remote, () => {
      if (near.isEnded) return;
      const far = this.#medium.findListener(this.protocol, near.remote)?.accept(near);
      if (far !== undefined) this.#medium.adopt(near, far);
      this.#travel(near.remote, near.local, () => {
        if (far === undefined) near.refused();
        else near.establish(far);
      });
    });
  }

  #travel(from: Endpoint, to: Endpoint, arrived: () => void): void {
    const { clock } = this.#medium;
    const leave = (action: () => void): void => this.#medium.whenOpen(from, to, action);
    clock.setTimeout(leave, this.#medium.delayBetween(from, to), arrived);
  }

  #forget(connection: MemoryStreamConnection): void {
    this.#connections.delete(connection);
    const key = `${connection.remote.address}:${connection.remote.port}`;
    if (this.#outgoing.get(key) === connection) this.#outgoing.delete(key);
  }
}

/** Line ends and zeros keep the way through a NAT open. */
function isKeepAlive(bytes: Uint8Array): boolean {
  return bytes.every((code) => code === 0x0d || code === 0x0a || code === 0);
}

/** A pair of datagram addresses; the socket serves all peers. */
class MemoryDatagramConnection implements Connection {
  readonly transport: MemoryTransport;
  readonly remote: Endpoint;

  constructor(transport: MemoryTransport, remote: Endpoint) {
    this.transport = transport;
    this.remote = { address: remote.address, port: remote.port };
  }

  get local(): Endpoint {
    return this.transport.local;
  }

  get isOpen(): boolean {
    return this.transport.isOpen;
  }

  send(bytes: Uint8Array, done?: SendCallback): void {
    this.transport.sendDatagram(bytes, this.remote, done);
  }

  close(): void {
    // nothing to end
  }
}
