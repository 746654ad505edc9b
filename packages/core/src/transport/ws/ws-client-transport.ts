import { isIP, isIPv6, type LookupFunction } from "node:net";
import { WebSocket, type ClientOptions } from "ws";
import { EngineError } from "../../errors/engine-error.js";
import { formatHostPort } from "../../grammar/host.js";
import { formatEndpoint, isPort } from "../endpoint.js";
import { Listener } from "../listener/listener.js";
import { ClosedConnection } from "../stream/closed-connection.js";
import { connectionLimits, type ConnectionLimits } from "../stream/connection-limits.js";
import { ConnectionPool } from "../stream/connection-pool.js";
import type { TlsCredentials } from "../tls/tls-credentials.js";
import type {
  Connection,
  Destination,
  Transport,
  TransportContext,
  TransportFactory,
  TransportUser,
} from "../transport.js";
import { WsConnection } from "./ws-connection.js";

/** How WebSocket servers are called. */
export interface WsClientOptions {
  /** `wss` unless said otherwise. */
  readonly protocol?: "ws" | "wss";
  /** Path that the server expects; `/`. */
  readonly path?: string;
  /** Header fields of the handshake, such as a cookie. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Origin header of the handshake, for servers that ask for one. */
  readonly origin?: string;
  /** Our certificate, when the server wants one, and the authorities we trust. */
  readonly credentials?: TlsCredentials;
  /** False takes any certificate: for tests alone. */
  readonly verifyServer?: boolean;
  readonly limits?: Partial<ConnectionLimits>;
}

/**
 * Calls WebSocket servers (RFC 7118). It does not listen: its Via and Contact bear a random `.invalid` host, and all that is
 * sent to it comes by the connection it made.
 */
export function wsClientTransport(options: WsClientOptions = {}): TransportFactory {
  return async (user, context) => new WsClientTransport(options, user, context);
}

const closeGrace = 1000;

class WsClientTransport extends Listener implements Transport {
  readonly protocol: "ws" | "wss";
  readonly isReliable = true;
  readonly isSecure: boolean;
  readonly #options: WsClientOptions;
  readonly #user: TransportUser;
  readonly #context: TransportContext;
  readonly #limits: ConnectionLimits;
  readonly #pool = new ConnectionPool();
  #onAllGone: (() => void) | undefined;
  #isOpen = true;

  static readonly #onCloseGrace = (self: WsClientTransport): void => {
    for (const connection of self.#pool) connection.destroy();
  };

  constructor(options: WsClientOptions, user: TransportUser, context: TransportContext) {
    const host = `${context.random.hex(8)}.invalid`;
    super({ address: "0.0.0.0", port: 0, advertise: { host } }, context);
    this.protocol = options.protocol ?? "wss";
    this.isSecure = this.protocol === "wss";
    this.#options = options;
    this.#user = user;
    this.#context = context;
    this.#limits = connectionLimits(options.limits, context.t1);
  }

  connect(destination: Destination): Connection {
    const open = this.#pool.find(destination);
    if (open !== undefined) return open;
    const detail = `${this.protocol} to ${formatEndpoint(destination)}`;
    if (!this.#isOpen) return new ClosedConnection(this, destination, new EngineError("transport.closed", { detail }));
    if (!isPort(destination.port)) {
      return new ClosedConnection(
        this,
        destination,
        new EngineError("transport.failed", { detail: `${detail}: no such port` }),
      );
    }
    const { address, port } = destination;
    const connection = new WsConnection(
      this,
      this.#dial(destination),
      { address, port },
      {
        user: this.#user,
        context: this.#context,
        limits: this.#limits,
        isOutgoing: true,
        onClosed: (closed) => {
          this.#pool.remove(closed);
          if (this.#pool.size === 0) this.#onAllGone?.();
        },
      },
    );
    this.#pool.add(connection, destination);
    return connection;
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#pool.size === 0) return;
    const gone = new Promise<void>((resolve) => (this.#onAllGone = resolve));
    for (const connection of this.#pool) connection.destroySoon();
    const { clock } = this.#context;
    const timer = clock.setTimeout(WsClientTransport.#onCloseGrace, closeGrace, this);
    await gone;
    clock.clearTimeout(timer);
  }

  /** The certificate is checked as on the web: a WebSocket URL names an HTTP server (RFC 7118 §8, RFC 6455 §10.6). */
  #dial({ address, port, domain }: Destination): WebSocket {
    const { path = "/", headers, origin, credentials, verifyServer = true } = this.#options;
    const host = domain ?? address;
    const family = isIPv6(address) ? 6 : 4;
    const lookup: LookupFunction = (_host, { all }, done) =>
      all === true ? done(null, [{ address, family }]) : done(null, address, family);
    const options: ClientOptions & { readonly lookup?: LookupFunction } = {
      ...credentials,
      headers,
      origin,
      perMessageDeflate: false,
      maxPayload: this.#maxPayload,
      rejectUnauthorized: verifyServer,
      ...(isIP(host) === 0 ? { lookup } : {}),
    };
    return new WebSocket(`${this.protocol}://${formatHostPort(host, port)}${path}`, ["sip"], options);
  }

  get #maxPayload(): number {
    const { startLine, headerSection, body } = this.#context.limits;
    return startLine + headerSection + body;
  }
}
