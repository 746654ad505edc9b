import { STATUS_CODES, type IncomingMessage, type Server } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { EngineError } from "../../errors/engine-error.js";
import { formatEndpoint, plainAddress } from "../endpoint.js";
import { KeepAlive } from "../keep-alive/keep-alive.js";
import { Listener, type ListenOptions } from "../listener/listener.js";
import { ClosedConnection } from "../stream/closed-connection.js";
import { ConnectionGate } from "../stream/connection-gate.js";
import { connectionLimits, type ConnectionLimits } from "../stream/connection-limits.js";
import { listen, serverAddress } from "../stream/listen.js";
import type { PeerConnection } from "../stream/peer-connection.js";
import type { Connection, Destination, Transport, TransportContext, TransportUser } from "../transport.js";
import { isForPath, offersSip, upgradeRefusal, type UpgradePolicy, type UpgradeRefusal } from "./upgrade-policy.js";
import { WsConnection } from "./ws-connection.js";

/** What all WebSocket listeners take. */
export interface WsListenerOptions extends UpgradePolicy, Omit<ListenOptions, "address" | "port" | "dualStack"> {
  readonly limits?: Partial<ConnectionLimits>;
  /** How often peers are pinged, in milliseconds; 30 seconds, 0 for never. One that does not answer is gone. */
  readonly pingInterval?: number;
}

/** What a WebSocket listener is made of. */
export interface WsListenerParts {
  readonly server: Server;
  /** Whether the HTTP server is ours alone: it then opens and closes with the listener. */
  readonly ownsServer: boolean;
  readonly protocol: "ws" | "wss";
  readonly options: WsListenerOptions & ListenOptions;
  readonly user: TransportUser;
  readonly context: TransportContext;
}

const defaultPingInterval = 30_000;
/** How long a closing listener waits for its peers to say good-bye, in milliseconds. */
const closeGrace = 1000;

/** The WebSocket side of an HTTP server (RFC 7118 §5): takes upgrades, never calls. */
export class WsListener extends Listener implements Transport {
  readonly protocol: "ws" | "wss";
  readonly isReliable = true;
  readonly isSecure: boolean;
  readonly canConnect = false;
  readonly #parts: WsListenerParts;
  readonly #limits: ConnectionLimits;
  readonly #gate: ConnectionGate;
  readonly #upgrader: WebSocketServer;
  readonly #connections = new Map<PeerConnection, KeepAlive | undefined>();
  readonly #onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    void this.#upgrade({ request, socket: socket as Socket, head });
  };
  readonly #onListening = (): void => this.bound(serverAddress(this.#parts.server) ?? this.local);
  #onAllGone: (() => void) | undefined;
  #isOpen = true;

  static readonly #onCloseGrace = (self: WsListener): void => {
    for (const connection of self.#connections.keys()) connection.destroy();
    if (self.#parts.ownsServer) self.#gate.destroyAll();
  };

  constructor(parts: WsListenerParts) {
    const { options, context, protocol, server } = parts;
    super(options, context);
    this.protocol = protocol;
    this.isSecure = protocol === "wss";
    this.#parts = parts;
    this.#limits = connectionLimits(options.limits, context.t1);
    this.#gate = new ConnectionGate({ clock: context.clock, log: context.log, limits: this.#limits });
    if (parts.ownsServer) this.#gate.guard(server);
    this.#upgrader = createUpgrader(context);
    server.on("upgrade", this.#onUpgrade);
    if (server.listening) this.#onListening();
    else server.once("listening", this.#onListening);
  }

  /** Binds the HTTP server. @throws EngineError `transport.listen` */
  async listen(): Promise<void> {
    const { server, options, context } = this.#parts;
    this.bound(await listen(server, this.protocol, options));
    server.on("error", (error) => context.log.warn({ error }, "a connection could not be accepted"));
  }

  /** Nobody can call a browser: requests to it go by the connection that it made (RFC 7118 §5). */
  connect(destination: Destination): Connection {
    const detail = `${this.protocol} to ${formatEndpoint(destination)}: a WebSocket server cannot call; use the peer's own connection`;
    return new ClosedConnection(this, destination, new EngineError("transport.unsupported", { detail }));
  }

  /** Takes no more upgrades and closes the connections; an HTTP server that was given stays open. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const { server, ownsServer, context } = this.#parts;
    server.removeListener("upgrade", this.#onUpgrade);
    server.removeListener("listening", this.#onListening);
    const timer = context.clock.setTimeout(WsListener.#onCloseGrace, closeGrace, this);
    const closed = ownsServer ? closeServer(server) : undefined;
    this.#gate.destroyBeginning();
    await this.#closeConnections();
    await closed;
    context.clock.clearTimeout(timer);
  }

  #closeConnections(): Promise<void> {
    if (this.#connections.size === 0) return Promise.resolve();
    const gone = new Promise<void>((resolve) => (this.#onAllGone = resolve));
    for (const connection of this.#connections.keys()) connection.destroySoon();
    return gone;
  }

  async #upgrade(attempt: Attempt): Promise<void> {
    const { request, socket, head } = attempt;
    const { server, ownsServer } = this.#parts;
    socket.on("error", () => {}); // one that has no listener would end the program
    if (!this.#isForUs(request)) {
      if (server.listenerCount("upgrade") === 1) refuse(socket, { statusCode: 404, reason: "Nothing speaks SIP here" });
      return;
    }
    const refusal = await this.#refusalOf(request);
    if (refusal !== undefined) refuse(socket, refusal);
    else if (!this.#isOpen || socket.destroyed) socket.destroy();
    else if (ownsServer || this.#gate.admit(socket)) {
      this.#upgrader.handleUpgrade(request, socket, head, (webSocket) => this.#accept(webSocket, request));
    }
  }

  /** On a server that serves others as well, what asks for another sub-protocol is for them. */
  #isForUs(request: IncomingMessage): boolean {
    const { options, server, ownsServer } = this.#parts;
    if (!isForPath(options, request)) return false;
    return ownsServer || offersSip(request) || server.listenerCount("upgrade") === 1;
  }

  async #refusalOf(request: IncomingMessage): Promise<UpgradeRefusal | undefined> {
    const { options, context } = this.#parts;
    try {
      const refusal = upgradeRefusal(options, request);
      if (refusal !== undefined || options.acceptHandshake === undefined) return refusal;
      if (await options.acceptHandshake(request)) return undefined;
    } catch (error) {
      context.log.error({ error }, "the check of a WebSocket handshake failed");
    }
    return { statusCode: 403, reason: "This handshake is not accepted" };
  }

  #accept(webSocket: WebSocket, handshake: IncomingMessage): void {
    const { remoteAddress = "", remotePort = 0 } = handshake.socket;
    const { user, context } = this.#parts;
    this.#gate.adopted(handshake.socket);
    const connection = new WsConnection(
      this,
      webSocket,
      { address: plainAddress(remoteAddress), port: remotePort },
      {
        user,
        context,
        limits: this.#limits,
        isOutgoing: false,
        handshake,
        onClosed: (closed) => this.#forget(closed),
      },
    );
    this.#connections.set(connection, this.#keepAlive(connection));
    connection.start();
  }

  #keepAlive(connection: Connection): KeepAlive | undefined {
    const { options, context } = this.#parts;
    const period = options.pingInterval ?? defaultPingInterval;
    if (period === 0) return undefined;
    const interval = { least: 0.8 * period, most: period };
    const keepAlive = new KeepAlive(connection, { ...context, interval, onFailed: () => {} }); // a ping without answer ends the connection
    keepAlive.start();
    return keepAlive;
  }

  #forget(connection: PeerConnection): void {
    this.#connections.get(connection)?.stop();
    this.#connections.delete(connection);
    if (this.#connections.size === 0) this.#onAllGone?.();
  }
}

interface Attempt {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
}

/** One frame, one message, never compressed (RFC 7118 §4.2). */
function createUpgrader({ limits }: TransportContext): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.startLine + limits.headerSection + limits.body,
    handleProtocols: () => "sip",
  });
}

function refuse(socket: Socket, { statusCode, reason }: UpgradeRefusal): void {
  const head = `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}\r\nConnection: close\r\n`;
  const type = `Content-Type: text/plain\r\nContent-Length: ${reason.length}\r\n\r\n`;
  socket.write(head + type + reason);
  socket.destroySoon();
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
