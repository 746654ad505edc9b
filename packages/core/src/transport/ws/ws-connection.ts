import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { RawData, WebSocket } from "ws";
import { EngineError } from "../../errors/engine-error.js";
import { plainAddress, type Endpoint } from "../endpoint.js";
import { PeerConnection, type PeerConnectionOptions } from "../stream/peer-connection.js";
import { TurnCork } from "../stream/turn-cork.js";
import { readSecurity } from "../tls/read-security.js";
import type { ConnectionSecurity, Transport } from "../transport.js";
import { upgradeError } from "./upgrade-error.js";

/** What a WebSocket connection is made of. */
export interface WsConnectionOptions extends PeerConnectionOptions {
  /** The HTTP request by which a peer opened the connection. */
  readonly handshake?: IncomingMessage;
}

const carriageReturn = 0x0d;
const newLine = 0x0a;
const pong = Buffer.from("\r\n");
/** Why we end a connection (RFC 6455 §7.4.1): our work is done. */
const normalClosure = 1000;

/** A WebSocket connection: each WebSocket message is one SIP message, as text or as binary (RFC 7118 §4.2). */
export class WsConnection extends PeerConnection {
  readonly handshake?: IncomingMessage;
  readonly #webSocket: WebSocket;
  #socket: Socket | undefined;
  #cork: TurnCork | undefined;
  #security: ConnectionSecurity | undefined;
  #local: Endpoint | undefined;

  constructor(transport: Transport, webSocket: WebSocket, remote: Endpoint, options: WsConnectionOptions) {
    super(transport, remote, options);
    this.#webSocket = webSocket;
    this.handshake = options.handshake;
    webSocket.on("message", (data) => this.#receive(data));
    webSocket.on("pong", () => {
      this.heard();
      this.ponged();
    });
    webSocket.on("ping", () => this.heard());
    webSocket.on("error", (cause) => this.noteError(this.#failure(cause)));
    webSocket.on("close", () => this.ended());
    webSocket.once("upgrade", (response) => (this.#socket = response.socket));
    webSocket.once("open", () => this.#stands());
  }

  get local(): Endpoint {
    return this.#local ?? this.transport.local;
  }

  get security(): ConnectionSecurity | undefined {
    return this.#security;
  }

  /** An accepted connection begins its work. */
  start(): void {
    this.#socket = this.handshake?.socket;
    this.#stands();
  }

  destroy(): void {
    this.#webSocket.terminate();
  }

  destroySoon(): void {
    this.#webSocket.close(normalClosure);
  }

  protected get isWritable(): boolean {
    return this.#webSocket.readyState === this.#webSocket.OPEN;
  }

  protected get buffered(): number {
    return this.#webSocket.bufferedAmount;
  }

  protected write(bytes: Uint8Array, done: ((error?: EngineError) => void) | undefined): void {
    this.#cork?.hold();
    this.#webSocket.send(bytes, { binary: !isUtf8(bytes), compress: false }, (cause) =>
      done?.(cause ? (this.error ?? this.#failure(cause)) : undefined),
    );
  }

  protected writePing(): void {
    this.#webSocket.ping();
  }

  protected end(): void {
    this.#webSocket.close(normalClosure);
  }

  #stands(): void {
    const socket = this.#socket;
    if (socket !== undefined) {
      const { localAddress = "", localPort = 0 } = socket;
      this.#local = { address: plainAddress(localAddress), port: localPort };
      this.#cork = new TurnCork(socket);
      if (socket instanceof TLSSocket) this.#security = readSecurity(socket, "any");
    }
    this.opened();
  }

  #receive(data: RawData): void {
    this.heard();
    const bytes = Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
    if (!isLineEnds(bytes)) this.options.user.onMessage(bytes, this);
    else if (bytes.length === 4) this.send(pong);
    else this.ponged();
  }

  #failure(cause: Error): EngineError {
    if (this.isOpening) return upgradeError(this.name, cause);
    return new EngineError("transport.failed", { detail: `${this.name}: ${cause.message}`, cause });
  }
}

/** A keep-alive as on streams, or an empty message (RFC 7118 §6). */
function isLineEnds(bytes: Buffer): boolean {
  return bytes.length <= 4 && bytes.every((octet) => octet === carriageReturn || octet === newLine);
}
