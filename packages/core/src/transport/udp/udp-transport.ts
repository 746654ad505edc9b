import { createSocket, type RemoteInfo, type Socket, type SocketOptions } from "node:dgram";
import { isIPv6 } from "node:net";
import { EngineError } from "../../errors/engine-error.js";
import { formatEndpoint, plainAddress, type Endpoint } from "../endpoint.js";
import { listenError } from "../listen-error.js";
import type {
  AdvertisedAddress,
  Connection,
  Destination,
  Transport,
  TransportFactory,
  TransportUser,
} from "../transport.js";

/** How a UDP listener is made. */
export interface UdpOptions {
  /** Address to bind, such as `127.0.0.1`, `0.0.0.0` or `::`. */
  readonly address: string;
  /** Port to bind; 0 for any free one. */
  readonly port: number;
  readonly advertise?: AdvertisedAddress;
  /** Size of the kernel's receive buffer in octets. */
  readonly receiveBuffer?: number;
  /** Size of the kernel's send buffer in octets. */
  readonly sendBuffer?: number;
}

const doubleLineEnd = "\r\n\r\n";
const lineEnd = Buffer.from("\r\n");

/** Addresses are IP literals here: no look-up, and none of the tick that Node spends on one. */
const lookup: SocketOptions["lookup"] = (address, _options, callback) => {
  callback(null, address, isIPv6(address) ? 6 : 4);
};

/** Starts a UDP listener (RFC 3261 §18). */
export function udpTransport(options: UdpOptions): TransportFactory {
  return async (user) => {
    const type = isIPv6(options.address) ? "udp6" : "udp4";
    const socket = createSocket({
      type,
      lookup,
      recvBufferSize: options.receiveBuffer ?? 4 * 1024 * 1024,
      sendBufferSize: options.sendBuffer,
    });
    await bind(socket, options);
    return new UdpTransport(socket, options, user);
  };
}

function bind(socket: Socket, { address, port }: UdpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", (cause) => {
      socket.close();
      reject(listenError("udp", { address, port }, cause));
    });
    socket.bind({ address, port }, () => {
      socket.removeAllListeners("error");
      resolve();
    });
  });
}

class UdpTransport implements Transport {
  readonly protocol = "udp";
  readonly isReliable = false;
  readonly isSecure = false;
  readonly local: Endpoint;
  readonly advertised: AdvertisedAddress | undefined;
  readonly #socket: Socket;
  readonly #user: TransportUser;
  #isOpen = true;

  constructor(socket: Socket, options: UdpOptions, user: TransportUser) {
    const { address, port } = socket.address();
    this.local = { address, port };
    this.advertised = options.advertise;
    this.#socket = socket;
    this.#user = user;
    socket.on("message", (bytes, from) => this.#receive(bytes, from));
    socket.on("error", () => {}); // a failed send is told to its sender; the socket stays usable
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  connect(destination: Destination): Connection {
    return new UdpConnection(this, destination);
  }

  send(bytes: Uint8Array, remote: Endpoint, done?: (error?: EngineError) => void): void {
    if (!this.#isOpen) {
      done?.(new EngineError("transport.closed", { detail: `udp ${formatEndpoint(this.local)}` }));
      return;
    }
    if (done === undefined) this.#socket.send(bytes, remote.port, remote.address);
    else
      this.#socket.send(bytes, remote.port, remote.address, (cause) =>
        done(sendError(cause, remote)),
      );
  }

  close(): Promise<void> {
    if (!this.#isOpen) return Promise.resolve();
    this.#isOpen = false;
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }

  #receive(bytes: Buffer, from: RemoteInfo): void {
    const connection = new UdpConnection(this, {
      address: plainAddress(from.address),
      port: from.port,
    });
    if (bytes.length <= doubleLineEnd.length && isLineEnds(bytes)) {
      if (bytes.length === doubleLineEnd.length) connection.send(lineEnd);
      return;
    }
    this.#user.onMessage(bytes, connection);
  }
}

function isLineEnds(bytes: Buffer): boolean {
  return bytes.every((code) => code === 0x0d || code === 0x0a || code === 0);
}

function sendError(cause: Error | null, remote: Endpoint): EngineError | undefined {
  if (cause === null || cause === undefined) return undefined;
  return new EngineError("transport.failed", {
    detail: `udp to ${formatEndpoint(remote)}: ${cause.message}`,
    cause,
  });
}

/** A pair of UDP addresses. Light: one is made for each datagram that comes in. */
class UdpConnection implements Connection {
  readonly transport: UdpTransport;
  readonly remote: Endpoint;

  constructor(transport: UdpTransport, remote: Endpoint) {
    this.transport = transport;
    this.remote = remote;
  }

  get local(): Endpoint {
    return this.transport.local;
  }

  get isOpen(): boolean {
    return this.transport.isOpen;
  }

  send(bytes: Uint8Array, done?: (error?: EngineError) => void): void {
    this.transport.send(bytes, this.remote, done);
  }

  close(): void {
    // the socket serves all peers
  }
}
