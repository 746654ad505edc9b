import { EngineError } from "../errors/engine-error.js";
import { silentLogger, type Logger } from "../log/logger.js";
import { createResponse } from "../message/create-response.js";
import { parseMessage } from "../message/parse-message.js";
import type { ParseFailure } from "../message/parse-failure.js";
import { defaultParseLimits, type ParseLimits } from "../message/parse-limits.js";
import { serializeMessage } from "../message/serialize-message.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";
import { formatEndpoint } from "./endpoint.js";
import type {
  Connection,
  Destination,
  Transport,
  TransportFactory,
  TransportProtocol,
  TransportUser,
} from "./transport.js";
import { recordSource, responseDestination, viaPort } from "./via.js";

/** Who works with the messages: the transaction layer. */
export interface MessageUser {
  onRequest(request: SipRequest, connection: Connection): void;
  onResponse(response: SipResponse, connection: Connection): void;
  /** A stream connection ended; what waits for an answer on it will get none. */
  onConnectionClosed(connection: Connection, error: EngineError | undefined): void;
}

/** What the layer needs. */
export interface TransportLayerOptions {
  readonly log?: Logger;
  readonly limits?: ParseLimits;
}

/** All listeners of an element: bytes below, messages above (RFC 3261 §18). */
export class TransportLayer implements TransportUser {
  readonly #log: Logger;
  readonly #limits: ParseLimits;
  readonly #transports: Transport[] = [];
  #user: MessageUser | undefined;

  constructor(options: TransportLayerOptions = {}) {
    this.#log = options.log ?? silentLogger;
    this.#limits = options.limits ?? defaultParseLimits;
  }

  /** Names who gets the messages; until then they are dropped. */
  attach(user: MessageUser): void {
    this.#user = user;
  }

  /** Listeners in the order they were added. */
  get transports(): readonly Transport[] {
    return this.#transports;
  }

  /** Starts a listener. @throws EngineError `transport.listen` */
  async add(factory: TransportFactory): Promise<Transport> {
    const transport = await factory(this);
    this.#transports.push(transport);
    return transport;
  }

  /**
   * A connection to a peer: an open one, or one being made. `from` chooses among several listeners of the protocol.
   * @throws EngineError `transport.unsupported`
   */
  connect(protocol: TransportProtocol, destination: Destination, from?: Transport): Connection {
    const transport = from?.protocol === protocol ? from : this.#choose(protocol, destination);
    if (transport === undefined) {
      const detail = `${protocol} to ${formatEndpoint(destination)}: this element has no ${protocol} listener of that address family`;
      throw new EngineError("transport.unsupported", { detail });
    }
    return transport.connect(destination);
  }

  /** Hands a message to a connection. `done` is called once. */
  send(
    message: SipRequest | SipResponse,
    connection: Connection,
    done?: (error?: EngineError) => void,
  ): Uint8Array {
    const bytes = serializeMessage(message);
    connection.send(bytes, done);
    return bytes;
  }

  /** Sends octets again, as they were written before. */
  resend(bytes: Uint8Array, connection: Connection, done?: (error?: EngineError) => void): void {
    connection.send(bytes, done);
  }

  /** The connection that an answer to this request takes; `connection` is the one the request came by. RFC 3261 §18.2.2 */
  responseConnection(request: SipRequest, connection: Connection): Connection {
    const { transport } = connection;
    const via = request.topVia;
    if (!transport.isReliable) {
      const destination = responseDestination(via, connection.remote);
      return destination === connection.remote ? connection : transport.connect(destination);
    }
    if (connection.isOpen) return connection;
    return transport.connect({
      address: via.received ?? connection.remote.address,
      port: viaPort(via),
    });
  }

  /** Stops all listeners and closes all connections. */
  async close(): Promise<void> {
    await Promise.all(this.#transports.map((transport) => transport.close()));
  }

  onMessage(bytes: Uint8Array, connection: Connection): void {
    const message = parseMessage(bytes, this.#limits);
    if (message.kind === "failure") this.#refuse(message, connection);
    else if (message.kind === "response") this.#user?.onResponse(message, connection);
    else if (message.field("via") === undefined) this.#drop("A request without Via", connection);
    else {
      recordSource(message, connection.remote);
      this.#user?.onRequest(message, connection);
    }
  }

  onBrokenStream(
    reason: string,
    statusCode: number,
    bytes: Uint8Array,
    connection: Connection,
  ): void {
    const message = parseMessage(bytes, this.#limits);
    const readable = message.kind === "failure" ? message.message : message;
    this.#refuse({ kind: "failure", reason, offset: 0, statusCode, message: readable }, connection);
  }

  onConnectionOpened(connection: Connection): void {
    this.#log.debug(
      { transport: connection.transport.protocol, remote: formatEndpoint(connection.remote) },
      "connection opened",
    );
  }

  onConnectionClosed(connection: Connection, error: EngineError | undefined): void {
    this.#user?.onConnectionClosed(connection, error);
  }

  #choose(protocol: TransportProtocol, destination: Destination): Transport | undefined {
    const isIpv6 = destination.address.includes(":");
    return this.#transports.find(
      (each) => each.protocol === protocol && each.local.address.includes(":") === isIpv6,
    );
  }

  /** A bad request is answered when its own words allow it, a bad response never (RFC 3261 §18.3, §16.3). */
  #refuse(failure: ParseFailure, connection: Connection): void {
    const { message, reason, statusCode } = failure;
    this.#drop(reason, connection);
    if (message?.kind !== "request" || message.method === "ACK") return;
    try {
      recordSource(message, connection.remote);
      if (["from", "to", "call-id", "cseq"].some((key) => message.field(key) === undefined)) return;
      const answer = createResponse(message, statusCode, {
        reason: printable(reason),
        toTag: "malformed",
      });
      this.send(answer.build(), this.responseConnection(message, connection));
    } catch (error) {
      this.#log.debug({ error }, "a malformed request could not be answered");
    }
  }

  #drop(reason: string, connection: Connection): void {
    this.#log.debug({ reason, remote: formatEndpoint(connection.remote) }, "malformed message");
  }
}

/** A reason phrase holds no line ends and stays short (RFC 3261 §25.1). */
function printable(reason: string): string {
  return reason.replace(/[^\x20-\x7e]/g, "?").slice(0, 120);
}
