import type { Socket } from "node:net";
import { EngineError } from "../errors/engine-error.js";
import type { ParseFailure } from "../message/parse-failure.js";
import type { ParseLimits } from "../message/parse-limits.js";
import { StreamFramer, type FramerUser } from "../message/stream-framer.js";
import { formatEndpoint, plainAddress, type Endpoint } from "./endpoint.js";
import type { Connection, Transport, TransportUser } from "./transport.js";

const pong = Buffer.from("\r\n");

/** A TCP or TLS connection: frames what comes in, hands out what goes. */
export class StreamConnection implements Connection, FramerUser {
  readonly transport: Transport;
  readonly remote: Endpoint;
  readonly #socket: Socket;
  readonly #user: TransportUser;
  readonly #framer: StreamFramer;
  readonly #onClosed: (connection: StreamConnection) => void;
  #error: EngineError | undefined;
  #isOpen = true;

  constructor(
    transport: Transport,
    socket: Socket,
    remote: Endpoint,
    options: StreamConnectionOptions,
  ) {
    this.transport = transport;
    this.remote = remote;
    this.#socket = socket;
    this.#user = options.user;
    this.#onClosed = options.onClosed;
    this.#framer = new StreamFramer(this, options.limits);
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#framer.push(chunk));
    socket.on("error", (cause) => (this.#error = this.#failure(cause)));
    socket.on("close", () => this.#closed());
  }

  get local(): Endpoint {
    const { localAddress, localPort } = this.#socket;
    return localAddress === undefined || localPort === undefined
      ? this.transport.local
      : { address: plainAddress(localAddress), port: localPort };
  }

  get isOpen(): boolean {
    return this.#isOpen && this.#socket.writable;
  }

  send(bytes: Uint8Array, done?: (error?: EngineError) => void): void {
    if (!this.isOpen) {
      done?.(this.#error ?? new EngineError("transport.closed", { detail: this.#name }));
      return;
    }
    if (done === undefined) this.#socket.write(bytes);
    else this.#socket.write(bytes, (cause) => done(cause ? this.#failure(cause) : undefined));
  }

  close(): void {
    this.#isOpen = false;
    this.#socket.end();
  }

  /** Ends the connection at once, without waiting for what was not yet sent. */
  destroy(): void {
    this.#isOpen = false;
    this.#socket.destroy();
  }

  onFrame(bytes: Uint8Array): void {
    this.#user.onMessage(bytes, this);
  }

  onPing(): void {
    this.send(pong);
  }

  onPong(): void {
    // our own pings are answered; RFC 5626 §4.4.1
  }

  onFault(failure: ParseFailure, frame: Uint8Array): void {
    this.#user.onBrokenStream(failure.reason, failure.statusCode, frame, this);
    this.close();
  }

  get #name(): string {
    return `${this.transport.protocol} to ${formatEndpoint(this.remote)}`;
  }

  #failure(cause: Error): EngineError {
    return new EngineError("transport.failed", {
      detail: `${this.#name}: ${cause.message}`,
      cause,
    });
  }

  #closed(): void {
    this.#isOpen = false;
    this.#onClosed(this);
    this.#user.onConnectionClosed(this, this.#error);
  }
}

/** What a stream connection needs of those around it. */
export interface StreamConnectionOptions {
  readonly user: TransportUser;
  readonly limits: ParseLimits;
  /** Takes the connection out of the pool. */
  readonly onClosed: (connection: StreamConnection) => void;
}
