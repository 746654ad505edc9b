import { connect, createServer, type Server, type Socket } from "node:net";
import { defaultParseLimits, type ParseLimits } from "../../message/parse-limits.js";
import { formatEndpoint, plainAddress, type Endpoint } from "../endpoint.js";
import { listenError } from "../listen-error.js";
import { StreamConnection } from "../stream-connection.js";
import type {
  AdvertisedAddress,
  Connection,
  Destination,
  Transport,
  TransportFactory,
  TransportUser,
} from "../transport.js";

/** How a TCP listener is made. */
export interface TcpOptions {
  /** Address to bind, such as `127.0.0.1`, `0.0.0.0` or `::`. */
  readonly address: string;
  /** Port to bind; 0 for any free one. */
  readonly port: number;
  readonly advertise?: AdvertisedAddress;
  readonly limits?: ParseLimits;
}

/** Starts a TCP listener (RFC 3261 §18). */
export function tcpTransport(options: TcpOptions): TransportFactory {
  return async (user) => {
    const server = createServer();
    await listen(server, options);
    return new TcpTransport(server, options, user);
  };
}

function listen(server: Server, { address, port }: TcpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => reject(listenError("tcp", { address, port }, cause)));
    server.listen({ host: address, port, backlog: 1024 }, () => {
      server.removeAllListeners("error");
      resolve();
    });
  });
}

class TcpTransport implements Transport {
  readonly protocol = "tcp";
  readonly isReliable = true;
  readonly isSecure = false;
  readonly local: Endpoint;
  readonly advertised: AdvertisedAddress | undefined;
  readonly #server: Server;
  readonly #user: TransportUser;
  readonly #limits: ParseLimits;
  /** Connections made by us, by destination; a request to it goes through the open one (RFC 3261 §18.1.1). */
  readonly #outgoing = new Map<string, StreamConnection>();
  readonly #connections = new Set<StreamConnection>();

  constructor(server: Server, options: TcpOptions, user: TransportUser) {
    const address = server.address();
    this.local =
      address !== null && typeof address === "object"
        ? address
        : { address: options.address, port: options.port };
    this.advertised = options.advertise;
    this.#server = server;
    this.#user = user;
    this.#limits = options.limits ?? defaultParseLimits;
    server.on("connection", (socket) => this.#accept(socket));
    server.on("error", () => {}); // an accept that failed concerns its peer alone
  }

  connect(destination: Destination): Connection {
    const key = formatEndpoint(destination);
    const open = this.#outgoing.get(key);
    if (open?.isOpen) return open;
    const socket = connect({ host: destination.address, port: destination.port });
    const connection = this.#adopt(socket, destination);
    this.#outgoing.set(key, connection);
    return connection;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const connection of this.#connections) connection.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    const { remoteAddress, remotePort } = socket;
    if (remoteAddress === undefined || remotePort === undefined) {
      socket.destroy();
      return;
    }
    this.#user.onConnectionOpened(
      this.#adopt(socket, { address: plainAddress(remoteAddress), port: remotePort }),
    );
  }

  #adopt(socket: Socket, remote: Endpoint): StreamConnection {
    const connection = new StreamConnection(this, socket, remote, {
      user: this.#user,
      limits: this.#limits,
      onClosed: (closed) => this.#forget(closed),
    });
    this.#connections.add(connection);
    return connection;
  }

  #forget(connection: StreamConnection): void {
    this.#connections.delete(connection);
    const key = formatEndpoint(connection.remote);
    if (this.#outgoing.get(key) === connection) this.#outgoing.delete(key);
  }
}
