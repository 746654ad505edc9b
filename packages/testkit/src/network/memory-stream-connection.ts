import {
  EngineError,
  StreamFramer,
  type Connection,
  type Endpoint,
  type FramerUser,
  type ParseFailure,
  type Transport,
  type TransportProtocol,
  type TransportUser,
} from "@siplet/core";
import type { NetworkMedium, SendCallback, StreamEnd } from "./network-medium.js";
import { StreamPipe } from "./stream-pipe.js";

/** What a connection is made of. */
export interface MemoryStreamParts {
  readonly transport: Transport;
  readonly user: TransportUser;
  readonly medium: NetworkMedium;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** Takes the connection out of its transport's pool. */
  readonly onEnded: (connection: MemoryStreamConnection) => void;
}

interface Waiting {
  readonly bytes: Uint8Array;
  readonly done: SendCallback | undefined;
}

const pong = Buffer.from("\r\n");
const ping = Buffer.from("\r\n\r\n");

/** One end of a stream connection of the in-memory network. */
export class MemoryStreamConnection implements Connection, StreamEnd, FramerUser {
  readonly transport: Transport;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly #parts: MemoryStreamParts;
  readonly #framer: StreamFramer | undefined;
  readonly #waiting: Waiting[] = [];
  #far: StreamEnd | undefined;
  #pipe: StreamPipe | undefined;
  #isOpen = true;
  #isClosing = false;

  constructor(parts: MemoryStreamParts) {
    this.#parts = parts;
    this.transport = parts.transport;
    this.local = parts.local;
    this.remote = parts.remote;
    this.#framer = this.#keepsMessages ? undefined : new StreamFramer(this);
  }

  get isOpen(): boolean {
    return this.#isOpen && !this.#isClosing;
  }

  /** Whether it is over, for whatever reason. */
  get isEnded(): boolean {
    return !this.#isOpen;
  }

  get protocol(): TransportProtocol {
    return this.transport.protocol;
  }

  get home(): Endpoint {
    return this.transport.local;
  }

  /** The connection stands: what waited goes out. */
  establish(far: StreamEnd): void {
    if (!this.#isOpen || this.#far !== undefined) return;
    this.#far = far;
    this.#pipe = new StreamPipe(this.#parts.medium, this, far, { keepsMessages: this.#keepsMessages });
    this.#parts.user.onConnectionOpened(this);
    for (const { bytes, done } of this.#waiting.splice(0)) this.#transmit(bytes, done);
    if (this.#isClosing) this.#finish();
  }

  send(bytes: Uint8Array, done?: SendCallback): void {
    if (!this.isOpen) done?.(this.#error("transport.closed", "it is closed"));
    else if (this.#pipe === undefined) this.#waiting.push({ bytes, done });
    else this.#transmit(bytes, done);
  }

  close(): void {
    if (!this.isOpen) return;
    this.#isClosing = true;
    if (this.#pipe !== undefined) this.#finish();
  }

  receive(bytes: Uint8Array): void {
    if (!this.#isOpen) return;
    if (this.#framer !== undefined) this.#framer.push(bytes);
    else if (bytes.length > ping.length) this.#parts.user.onMessage(bytes, this);
    else if (ping.equals(bytes)) this.onPing();
  }

  ended(error: EngineError | undefined): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#parts.medium.forget(this);
    this.#parts.onEnded(this);
    const failure = error ?? this.#error("transport.closed", "it was closed before the message left");
    for (const { done } of this.#waiting.splice(0)) done?.(failure);
    this.#parts.user.onConnectionClosed(this, error);
  }

  /** Nobody listens at the other end. */
  refused(): void {
    this.ended(this.#error("transport.refused", "connection refused"));
  }

  break(reason: string): void {
    if (!this.#isOpen) return;
    const far = this.#far;
    this.ended(this.#error("transport.failed", reason));
    far?.ended(this.#error("transport.failed", reason));
  }

  onFrame(bytes: Uint8Array): void {
    this.#parts.user.onMessage(bytes, this);
  }

  onPing(): void {
    this.send(pong);
  }

  onPong(): boolean {
    return false;
  }

  onFault(failure: ParseFailure, frame: Uint8Array): void {
    this.#parts.user.onBrokenStream(failure.reason, failure.statusCode, frame, this);
    this.close();
  }

  get #keepsMessages(): boolean {
    return this.protocol === "ws" || this.protocol === "wss";
  }

  #transmit(bytes: Uint8Array, done: SendCallback | undefined): void {
    if (this.#far === undefined) return;
    const journey = this.#parts.medium.planStream(this, this.#far, bytes);
    if (journey === "fails") {
      done?.(this.#error("transport.failed", "broken by a rule of the test"));
      return this.break("broken by a rule of the test");
    }
    for (const delay of journey) this.#pipe?.write(bytes, delay);
    done?.();
  }

  /** Both ends learn of an orderly end: the far one behind the last octet, this one when the answer is back. */
  #finish(): void {
    const { medium } = this.#parts;
    const delay = medium.delayBetween(this.local, this.remote);
    this.#pipe?.end(delay);
    medium.clock.setTimeout((self: MemoryStreamConnection) => self.ended(undefined), 2 * delay, this);
  }

  #error(code: "transport.failed" | "transport.closed" | "transport.refused", reason: string): EngineError {
    const detail = `${this.protocol} to ${this.remote.address}:${this.remote.port}: ${reason}`;
    return new EngineError(code, { detail });
  }
}
