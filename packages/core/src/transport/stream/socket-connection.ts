import type { Socket } from "node:net";
import type { TimerHandle } from "../../clock/clock.js";
import { EngineError, isEngineError } from "../../errors/engine-error.js";
import type { ParseFailure } from "../../message/parse-failure.js";
import { StreamFramer, type FramerUser } from "../../message/stream-framer.js";
import { plainAddress, type Endpoint } from "../endpoint.js";
import type { ConnectionSecurity, Transport } from "../transport.js";
import { TurnCork } from "./turn-cork.js";
import { PeerConnection, type PeerConnectionOptions } from "./peer-connection.js";

const pong = Buffer.from("\r\n");
const ping = Buffer.from("\r\n\r\n");
/** How often the kernel asks after a silent peer, in milliseconds. */
const probeInterval = 120_000;

/** What a socket connection needs besides. */
export interface SocketConnectionOptions extends PeerConnectionOptions {
  /** The event that tells that an outgoing connection stands. */
  readonly readyEvent: "connect" | "secureConnect";
  /** Reads what TLS knows of the peer, once the connection stands. */
  readonly readSecurity?: (socket: Socket) => ConnectionSecurity | undefined;
}

/** A TCP or TLS connection: frames what comes in, hands out what goes. */
export class SocketConnection extends PeerConnection implements FramerUser {
  readonly #socket: Socket;
  readonly #framer: StreamFramer;
  readonly #readSecurity: SocketConnectionOptions["readSecurity"];
  #security: ConnectionSecurity | undefined;
  #local: Endpoint | undefined;
  readonly #cork: TurnCork;
  #messageTimer: TimerHandle | undefined;
  #timedFrame = -1;

  static readonly #onMessageTimer = (self: SocketConnection): void => self.#messageTimedOut();

  constructor(transport: Transport, socket: Socket, remote: Endpoint, options: SocketConnectionOptions) {
    super(transport, remote, options);
    this.#socket = socket;
    this.#cork = new TurnCork(socket);
    this.#readSecurity = options.readSecurity;
    this.#framer = new StreamFramer(this, options.context.limits);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, probeInterval);
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", (cause) => this.noteError(this.#failure(cause)));
    socket.on("close", () => this.#closed());
    if (options.isOutgoing) socket.once(options.readyEvent, () => this.#stands());
  }

  get local(): Endpoint {
    return this.#local ?? this.#readLocal() ?? this.transport.local;
  }

  get security(): ConnectionSecurity | undefined {
    return this.#security;
  }

  /** An accepted connection begins its work. */
  start(): void {
    this.#stands();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Ends the connection once what was written has left. */
  destroySoon(): void {
    this.#socket.destroySoon();
  }

  onFrame(bytes: Uint8Array): void {
    this.options.user.onMessage(bytes, this);
  }

  onPing(): void {
    this.send(pong);
  }

  onPong(): boolean {
    return this.ponged();
  }

  onFault(failure: ParseFailure, frame: Uint8Array): void {
    this.options.user.onBrokenStream(failure.reason, failure.statusCode, frame, this);
    this.close();
  }

  protected get isWritable(): boolean {
    return this.#socket.writable;
  }

  protected get buffered(): number {
    return this.#socket.writableLength;
  }

  /** All that is written within one turn of the event loop leaves by one call to the system. */
  protected write(bytes: Uint8Array, done: ((error?: EngineError) => void) | undefined): void {
    this.#cork.hold();
    if (done === undefined) this.#socket.write(bytes);
    else this.#socket.write(bytes, (cause) => done(cause ? (this.error ?? this.#failure(cause)) : undefined));
  }

  protected writePing(): void {
    this.write(ping, undefined);
  }

  protected end(): void {
    this.#socket.end();
  }

  #stands(): void {
    this.#local = this.#readLocal();
    this.#security = this.#readSecurity?.(this.#socket);
    this.opened();
  }

  #readLocal(): Endpoint | undefined {
    const { localAddress, localPort } = this.#socket;
    if (localAddress === undefined || localPort === undefined) return undefined;
    return { address: plainAddress(localAddress), port: localPort };
  }

  #receive(chunk: Buffer): void {
    this.heard();
    this.#framer.push(chunk);
    if (this.#framer.isInMessage) this.#startMessageTimer();
    else this.#stopMessageTimer();
  }

  /** Runs from the first octet of a message, however many pieces it comes in. */
  #startMessageTimer(): void {
    const { frames } = this.#framer;
    if (this.#messageTimer !== undefined && this.#timedFrame === frames) return;
    this.#stopMessageTimer();
    const { context, limits } = this.options;
    this.#timedFrame = frames;
    this.#messageTimer = context.clock.setTimeout(SocketConnection.#onMessageTimer, limits.messageTimeout, this);
  }

  #stopMessageTimer(): void {
    if (this.#messageTimer === undefined) return;
    this.options.context.clock.clearTimeout(this.#messageTimer);
    this.#messageTimer = undefined;
  }

  #messageTimedOut(): void {
    this.#messageTimer = undefined;
    const seconds = this.options.limits.messageTimeout / 1000;
    this.noteError(new EngineError("transport.timeout", { detail: `${this.name}: a message took over ${seconds} s` }));
    this.#framer.giveUp();
  }

  #failure(cause: Error): EngineError {
    if (isEngineError(cause)) return cause;
    const detail = `${this.name}: ${cause.message}`;
    if (!this.isOpening) return new EngineError("transport.failed", { detail, cause });
    const isTls = this.#readSecurity !== undefined && isTlsFault(cause);
    return new EngineError(isTls ? "tls.handshake" : "transport.refused", { detail: detail + mendOf(cause), cause });
  }

  #closed(): void {
    this.#stopMessageTimer();
    this.ended();
  }
}

/** Tells faults of TLS from those of the network below: Node gives the former other codes than `E…`. */
function isTlsFault({ code = "" }: NodeJS.ErrnoException): boolean {
  return code === "EPROTO" || code.startsWith("ERR_") || !code.startsWith("E");
}

const untrusted = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

function mendOf({ code = "" }: NodeJS.ErrnoException): string {
  return untrusted.has(code) ? "; trust its authority by `credentials.ca`" : "";
}
