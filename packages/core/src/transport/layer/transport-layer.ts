import type { Clock } from "../../clock/clock.js";
import { systemClock } from "../../clock/system-clock.js";
import { EngineError } from "../../errors/engine-error.js";
import type { Via } from "../../headers/via.js";
import { silentLogger, type Logger } from "../../log/logger.js";
import { parseMessage } from "../../message/parse-message.js";
import type { ParseFailure } from "../../message/parse-failure.js";
import { defaultParseLimits, type ParseLimits } from "../../message/parse-limits.js";
import { serializeMessage } from "../../message/serialize-message.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { RandomSource } from "../../random/random-source.js";
import { systemRandom } from "../../random/system-random.js";
import { MachineAddresses } from "../machine-addresses.js";
import { answerMalformed } from "./answer-malformed.js";
import { chooseListener } from "./choose-listener.js";
import { formatEndpoint } from "../endpoint.js";
import { FlowTable } from "../flow/flow-table.js";
import type { LoopbackConnection, LoopbackOptions } from "../loopback/loopback-connection.js";
import { Loopback } from "../loopback/loopback.js";
import { OwnNames } from "./own-names.js";
import { recordSource } from "./record-source.js";
import { responseConnection, type ResponseLocator } from "./response-path.js";
import { SizeRule, type RequestHop, type ProtocolChoice, type SizeRuleOptions } from "./size-rule.js";
import { TappedMessage, type Direction, type TransportTap } from "../tap/tapped-message.js";
import type {
  Connection,
  Destination,
  Transport,
  TransportContext,
  TransportFactory,
  TransportProtocol,
  TransportUser,
} from "../transport.js";
import { viaPort } from "../via.js";

/** Who works with the messages: the transaction layer. */
export interface MessageUser {
  onRequest(request: SipRequest, connection: Connection): void;
  onResponse(response: SipResponse, connection: Connection): void;
  /** A stream connection ended; what waits for an answer on it will get none. */
  onConnectionClosed(connection: Connection, error: EngineError | undefined): void;
}

/** What becomes of octets that have just arrived: they are read, forgotten, or their connection is closed too. */
export type Admission = "take" | "drop" | "close";

/** What the layer needs. */
export interface TransportLayerOptions {
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly random?: RandomSource;
  readonly limits?: ParseLimits;
  /** T1 of the transaction timers, in milliseconds; 500. */
  readonly t1?: number;
  /** Host names that stand for this element, beside the addresses of its listeners. */
  readonly names?: readonly string[];
  /** When large requests leave UDP (RFC 3261 §18.1.1). */
  readonly size?: Omit<SizeRuleOptions, "clock">;
  /** Finds other ways for an answer when the direct ones failed (RFC 3263 §5); without it there are none. */
  readonly locateResponse?: ResponseLocator;
  /** Looks at each message before it is parsed: the place to shed load or to limit a peer's rate. */
  readonly admit?: (bytes: Uint8Array, connection: Connection) => Admission;
}

const noOctets = new Uint8Array(0);

/** All listeners of an element: bytes below, messages above (RFC 3261 §18). */
export class TransportLayer implements TransportUser {
  /** The stream connections that stand, for flow tokens (RFC 5626). */
  readonly flows: FlowTable;
  readonly #context: TransportContext;
  readonly #transports: Transport[] = [];
  readonly #ownNames: OwnNames;
  readonly #sizeRule: SizeRule;
  readonly #locateResponse: ResponseLocator | undefined;
  readonly #admit: TransportLayerOptions["admit"];
  readonly #loopback: Loopback;
  #user: MessageUser | undefined;
  #taps: readonly TransportTap[] | undefined;

  constructor(options: TransportLayerOptions = {}) {
    const { clock = systemClock, random = systemRandom } = options;
    const machine = new MachineAddresses(clock);
    this.#context = {
      clock,
      random,
      machine,
      log: options.log ?? silentLogger,
      limits: options.limits ?? defaultParseLimits,
      t1: options.t1 ?? 500,
    };
    this.flows = new FlowTable(this.#transports, random);
    this.#ownNames = new OwnNames(this.#transports, machine, options.names);
    this.#sizeRule = new SizeRule({ clock, ...options.size });
    this.#locateResponse = options.locateResponse;
    this.#admit = options.admit;
    this.#loopback = new Loopback(
      {
        onRequest: (request, connection) => this.#user?.onRequest(request, connection),
        onResponse: (response, connection) => this.#user?.onResponse(response, connection),
      },
      this.#context.log,
    );
  }

  /** Names who gets the messages; until then they are dropped. */
  attach(user: MessageUser): void {
    this.#user = user;
  }

  /** Lets somebody look on; gives the function that ends it. */
  addTap(tap: TransportTap): () => void {
    this.#taps = [...(this.#taps ?? []), tap];
    return () => {
      const left = (this.#taps ?? []).filter((each) => each !== tap);
      this.#taps = left.length === 0 ? undefined : left;
    };
  }

  /** Listeners in the order they were added. */
  get transports(): readonly Transport[] {
    return this.#transports;
  }

  /** Starts a listener. @throws EngineError `transport.listen`, `transport.option`, `tls.certificate` */
  async add<T extends Transport>(factory: TransportFactory<T>): Promise<T> {
    const transport = await factory(this, this.#context);
    this.#transports.push(transport);
    return transport;
  }

  /** Stops one listener and closes its connections. */
  async remove(transport: Transport): Promise<void> {
    const index = this.#transports.indexOf(transport);
    if (index >= 0) this.#transports.splice(index, 1);
    await transport.close();
  }

  /**
   * A connection to a peer: an open one, or one being made. `from` chooses among several listeners of the protocol.
   * @throws EngineError `transport.unsupported`
   */
  connect(protocol: TransportProtocol, destination: Destination, from?: Transport): Connection {
    const transport = chooseListener(this.#transports, protocol, destination, from);
    if (transport !== undefined) return transport.connect(destination);
    const detail = `${protocol} to ${formatEndpoint(destination)}: this element has no ${protocol} listener of that address family; add one`;
    throw new EngineError("transport.unsupported", { detail });
  }

  /**
   * A path of this element to itself: for a request that would come back by a socket. Messages take it as they are, in
   * order, and arrive once the call that sends them is over.
   */
  loopback(options: LoopbackOptions): LoopbackConnection {
    return this.#loopback.connect(options);
  }

  /**
   * The protocol for a request of `size` octets to a next hop, and the one to take when the first is refused (RFC 3261
   * §18.1.1). The Via is written after the choice.
   */
  chooseProtocol(hop: RequestHop, size: number): ProtocolChoice {
    const choice = this.#sizeRule.chooseProtocol(hop, size);
    if (choice.fallback === undefined || chooseListener(this.#transports, choice.protocol, hop)) return choice;
    return { protocol: choice.fallback };
  }

  /** Remembers that a peer refused the protocol chosen for a request's size (error `transport.refused`). */
  protocolRefused(hop: RequestHop): void {
    this.#sizeRule.tcpRefused(hop);
  }

  /** Tells whether a host and port lead to this element: of a Route (RFC 3261 §16.4) or a Request-URI. */
  isOwnAddress(host: string, port: number): boolean {
    return this.#ownNames.includes(host, port);
  }

  /** Tells whether a response was meant for us: its top Via is ours (RFC 3261 §18.1.2). */
  isOwnVia(via: Via): boolean {
    return this.#ownNames.includes(via.host, viaPort(via));
  }

  /** Hands a message to a connection. `done` is called once. Gives the octets that left; none of a message to ourselves. */
  send(message: SipRequest | SipResponse, connection: Connection, done?: (error?: EngineError) => void): Uint8Array {
    if (connection.deliver !== undefined) return this.#sendToSelf(message, connection, done);
    const bytes = serializeMessage(message);
    this.resend(bytes, connection, done);
    return bytes;
  }

  /** Sends octets again, as they were written before. */
  resend(bytes: Uint8Array, connection: Connection, done?: (error?: EngineError) => void): void {
    if (this.#taps !== undefined) this.#tell("out", bytes, connection);
    connection.send(bytes, done);
  }

  /** The connection that an answer to this request takes; `connection` is the one the request came by. RFC 3261 §18.2.2 */
  responseConnection(request: SipRequest, connection: Connection): Connection {
    return responseConnection(request, connection, this.#locateResponse);
  }

  /** Stops all listeners and closes all connections. */
  async close(): Promise<void> {
    this.#loopback.close();
    await Promise.all(this.#transports.splice(0).map((transport) => transport.close()));
  }

  onMessage(bytes: Uint8Array, connection: Connection): void {
    if (this.#taps !== undefined) this.#tell("in", bytes, connection);
    if (this.#admit !== undefined && !this.#isAdmitted(this.#admit(bytes, connection), connection)) return;
    const message = parseMessage(bytes, this.#context.limits);
    try {
      if (message.kind === "failure") this.#refuse(message, connection);
      else if (message.field("via") === undefined) this.#drop("A message without Via", connection);
      else if (message.kind === "response") this.#user?.onResponse(message, connection);
      else this.#receive(message, connection);
    } catch (error) {
      // nothing that one peer sent may end the work for all others
      this.#context.log.error({ error, remote: formatEndpoint(connection.remote) }, "a message could not be handled");
    }
  }

  onBrokenStream(reason: string, statusCode: number, bytes: Uint8Array, connection: Connection): void {
    if (this.#taps !== undefined && bytes.length > 0) this.#tell("in", bytes, connection);
    const message = parseMessage(bytes, this.#context.limits);
    const readable = message.kind === "failure" ? message.message : message;
    this.#refuse({ kind: "failure", reason, offset: 0, statusCode, message: readable }, connection);
  }

  onConnectionOpened(connection: Connection): void {
    this.flows.opened(connection);
    const { transport, remote } = connection;
    this.#context.log.debug({ transport: transport.protocol, remote: formatEndpoint(remote) }, "connection opened");
  }

  onConnectionClosed(connection: Connection, error: EngineError | undefined): void {
    this.flows.closed(connection);
    const { transport, remote } = connection;
    const fields = { transport: transport.protocol, remote: formatEndpoint(remote), error: error?.message };
    this.#context.log.debug(fields, "connection closed");
    this.#user?.onConnectionClosed(connection, error);
  }

  /** Those who look on see it once, on its way out. */
  #sendToSelf(
    message: SipRequest | SipResponse,
    connection: Connection,
    done: ((error?: EngineError) => void) | undefined,
  ): Uint8Array {
    if (this.#taps !== undefined) this.#tell("out", serializeMessage(message), connection);
    connection.deliver?.(message, done);
    return noOctets;
  }

  #receive(request: SipRequest, connection: Connection): void {
    recordSource(request, connection.remote);
    if (connection.security !== undefined) offerAlias(request, connection);
    this.#user?.onRequest(request, connection);
  }

  #isAdmitted(admission: Admission, connection: Connection): boolean {
    if (admission === "close") connection.close();
    return admission === "take";
  }

  #tell(direction: Direction, bytes: Uint8Array, connection: Connection): void {
    const message = new TappedMessage(direction, connection, bytes, this.#context.clock.now());
    for (const tap of this.#taps ?? []) {
      try {
        tap.onMessage(message);
      } catch (error) {
        this.#context.log.warn({ error }, "a tap failed");
      }
    }
  }

  #refuse(failure: ParseFailure, connection: Connection): void {
    this.#drop(failure.reason, connection);
    const answer = answerMalformed(failure, connection.remote);
    if (answer !== undefined) this.send(answer.response, this.responseConnection(answer.request, connection));
  }

  #drop(reason: string, connection: Connection): void {
    this.#context.log.debug({ reason, remote: formatEndpoint(connection.remote) }, "malformed message");
  }
}

/** A peer that mutual TLS authenticated may ask for its requests to come by this connection (RFC 5923 §8). */
function offerAlias(request: SipRequest, connection: Connection): void {
  if (connection.alias === undefined || connection.security?.identities.length === 0) return;
  const via = request.topVia;
  if (via.parameters.has("alias")) connection.alias(viaPort(via));
}
