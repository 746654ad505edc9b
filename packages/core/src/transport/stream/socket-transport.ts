import type { Server, Socket } from "node:net";
import { EngineError } from "../../errors/engine-error.js";
import { ClosedConnection } from "./closed-connection.js";
import { formatEndpoint, isPort, plainAddress } from "../endpoint.js";
import { Listener, type ListenOptions } from "../listener/listener.js";
import { isWildcard } from "../reachable-address.js";
import type {
  Connection,
  ConnectionSecurity,
  Destination,
  Transport,
  TransportContext,
  TransportUser,
} from "../transport.js";
import { ConnectionGate } from "./connection-gate.js";
import { connectionLimits, type ConnectionLimits } from "./connection-limits.js";
import { ConnectionPool } from "./connection-pool.js";
import { listen } from "./listen.js";
import { SocketConnection } from "./socket-connection.js";

/** How long a closing listener waits for what was written to leave, in milliseconds. */
const closeGrace = 1000;

/** How a listener of streams is made. */
export interface StreamListenOptions extends ListenOptions {
  readonly limits?: Partial<ConnectionLimits>;
}

/** What TCP and TLS listeners share: accepting, calling, pooling, closing. */
export abstract class SocketTransport extends Listener implements Transport {
  abstract readonly protocol: "tcp" | "tls";
  abstract readonly isSecure: boolean;
  readonly isReliable = true;
  readonly #options: StreamListenOptions;
  readonly #user: TransportUser;
  readonly #context: TransportContext;
  readonly #limits: ConnectionLimits;
  readonly #server: Server;
  readonly #gate: ConnectionGate;
  readonly #pool = new ConnectionPool();
  #isOpen = true;

  constructor(server: Server, options: StreamListenOptions, user: TransportUser, context: TransportContext) {
    super(options, context);
    this.#options = options;
    this.#user = user;
    this.#context = context;
    this.#limits = connectionLimits(options.limits, context.t1);
    this.#server = server;
    this.#gate = new ConnectionGate({ clock: context.clock, log: context.log, limits: this.#limits });
    this.#gate.guard(server);
  }

  /** Binds the listener. @throws EngineError `transport.listen` */
  async listen(): Promise<void> {
    this.bound(await listen(this.#server, this.protocol, this.#options));
    this.#server.on("error", (error) => this.#context.log.warn({ error }, "a connection could not be accepted"));
  }

  connect(destination: Destination): Connection {
    const open = this.#pool.find(destination);
    if (open !== undefined) return open;
    const fault = this.#faultOf(destination);
    if (fault !== undefined) return new ClosedConnection(this, destination, fault);
    const connection = this.#adopt(this.dial(destination, this.#localAddress(destination)), destination, true);
    this.#pool.add(connection, destination);
    return connection;
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#gate.destroyBeginning();
    for (const connection of this.#pool) connection.destroySoon();
    const { clock } = this.#context;
    const timer = clock.setTimeout(SocketTransport.#onCloseGrace, closeGrace, this);
    await closed;
    clock.clearTimeout(timer);
  }

  static readonly #onCloseGrace = (self: SocketTransport): void => {
    for (const connection of self.#pool) connection.destroy();
    self.#gate.destroyAll();
  };

  /** Begins to call; from `localAddress` when the listener is bound to one. */
  protected abstract dial(destination: Destination, localAddress: string | undefined): Socket;
  protected abstract readonly readyEvent: "connect" | "secureConnect";
  protected abstract readonly readSecurity: ((socket: Socket) => ConnectionSecurity | undefined) | undefined;

  /** Takes in a connection that a peer made. */
  protected accept(socket: Socket): void {
    const { remoteAddress, remotePort } = socket;
    if (remoteAddress === undefined || remotePort === undefined || !this.#isOpen) {
      socket.destroy();
      return;
    }
    const connection = this.#adopt(socket, { address: plainAddress(remoteAddress), port: remotePort }, false);
    this.#gate.adopted(socket);
    this.#pool.add(connection);
    connection.start();
  }

  #adopt(socket: Socket, remote: Destination, isOutgoing: boolean): SocketConnection {
    const pool = this.#pool;
    return new SocketConnection(
      this,
      socket,
      { address: remote.address, port: remote.port },
      {
        user: this.#user,
        context: this.#context,
        limits: this.#limits,
        isOutgoing,
        readyEvent: this.readyEvent,
        readSecurity: this.readSecurity,
        onClosed: (connection) => pool.remove(connection),
        onAlias: (connection, port) => pool.addAlias(connection, port),
      },
    );
  }

  #faultOf(destination: Destination): EngineError | undefined {
    const detail = `${this.protocol} to ${formatEndpoint(destination)}`;
    if (!this.#isOpen) return new EngineError("transport.closed", { detail });
    return isPort(destination.port)
      ? undefined
      : new EngineError("transport.failed", { detail: `${detail}: no such port` });
  }

  /** A listener that stands on one address calls from it (several homes of one machine). */
  #localAddress(destination: Destination): string | undefined {
    const { address } = this.local;
    const isSameFamily = address.includes(":") === destination.address.includes(":");
    return isWildcard(address) || !isSameFamily ? undefined : address;
  }
}
