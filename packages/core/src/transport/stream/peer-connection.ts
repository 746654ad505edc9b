import type { TimerHandle } from "../../clock/clock.js";
import { EngineError } from "../../errors/engine-error.js";
import { formatEndpoint, type Endpoint } from "../endpoint.js";
import type {
  Connection,
  ConnectionSecurity,
  PingOutcome,
  Transport,
  TransportContext,
  TransportUser,
} from "../transport.js";
import type { ConnectionLimits } from "./connection-limits.js";
import { IdleWatch } from "./idle-watch.js";
import { PendingPings, pongTimeout } from "./pending-pings.js";

/** What a connection needs of those around it. */
export interface PeerConnectionOptions {
  readonly user: TransportUser;
  readonly context: TransportContext;
  readonly limits: ConnectionLimits;
  /** True when we call the peer. */
  readonly isOutgoing: boolean;
  /** Takes the connection out of the pool. */
  readonly onClosed: (connection: PeerConnection) => void;
  /** Puts the connection where requests to that port of the peer find it (RFC 5923 §8). */
  readonly onAlias?: (connection: PeerConnection, port: number) => void;
}

type Done = (error?: EngineError) => void;
type State = "opening" | "open" | "closing" | "closed";

interface Waiting {
  readonly bytes: Uint8Array;
  readonly done: Done | undefined;
}

/** How long the peer may take to close its side after we closed ours, in milliseconds. */
const closeTimeout = 5000;

/**
 * What socket and WebSocket connections share: what is sent before the connection stands waits in order, a slow reader is
 * cut off, silence has an end, and the end is told once.
 */
export abstract class PeerConnection implements Connection {
  readonly transport: Transport;
  readonly remote: Endpoint;
  readonly isOutgoing: boolean;
  protected readonly options: PeerConnectionOptions;
  readonly #idle: IdleWatch;
  readonly #pings: PendingPings;
  #state: State = "opening";
  /** Closed or failed before it stood: nobody may use it any more. */
  #isLeaving = false;
  #waiting: Waiting[] = [];
  #waitingLength = 0;
  #error: EngineError | undefined;
  /** Ends the making of the connection, later its closing. */
  #timer: TimerHandle | undefined;

  static readonly #onConnectTimer = (self: PeerConnection): void => self.#connectTimedOut();
  static readonly #onCloseTimer = (self: PeerConnection): void => self.destroy();

  constructor(transport: Transport, remote: Endpoint, options: PeerConnectionOptions) {
    const { clock } = options.context;
    const { connectTimeout, idleTimeout } = options.limits;
    this.transport = transport;
    this.remote = remote;
    this.options = options;
    this.isOutgoing = options.isOutgoing;
    this.#idle = new IdleWatch({ clock, timeout: idleTimeout, onIdle: (allowed) => this.#isIdle(allowed) });
    this.#pings = new PendingPings({ clock, write: () => this.writePing(), onTimeout: () => this.#pongTimedOut() });
    if (options.isOutgoing) this.#timer = clock.setTimeout(PeerConnection.#onConnectTimer, connectTimeout, this);
  }

  abstract readonly local: Endpoint;
  abstract readonly security: ConnectionSecurity | undefined;

  get isOpen(): boolean {
    if (this.#isLeaving) return false;
    return this.#state === "opening" || (this.#state === "open" && this.isWritable);
  }

  send(bytes: Uint8Array, done?: Done): void {
    if (!this.isOpen) {
      done?.(this.#error ?? this.#closedError());
      return;
    }
    const isOpening = this.#state === "opening";
    const queued = (isOpening ? this.#waitingLength : this.buffered) + bytes.length;
    if (queued > this.options.limits.writeBuffer) {
      const detail = `${queued} octets wait for ${this.name}; the connection was cut`;
      this.fail(new EngineError("transport.overflow", { detail }));
      done?.(this.#error);
    } else if (isOpening) {
      this.#waiting.push({ bytes, done });
      this.#waitingLength = queued;
    } else {
      this.#idle.sent();
      this.write(bytes, done);
    }
  }

  close(): void {
    if (this.#state === "open") {
      this.#state = "closing";
      this.#stopTimers();
      this.#timer = this.options.context.clock.setTimeout(PeerConnection.#onCloseTimer, closeTimeout, this);
      this.end();
    } else if (this.#state === "opening") {
      this.#isLeaving = true;
      if (this.#waiting.length === 0) this.destroy();
    }
  }

  /** Ends the connection at once, without waiting for what was not yet sent. */
  abstract destroy(): void;

  /** Ends the connection at once when what was written has left. */
  abstract destroySoon(): void;

  /** Ends the connection with an error that everyone who waits for it hears. */
  fail(error: EngineError): void {
    this.#error ??= error;
    this.#isLeaving = true;
    this.destroy();
  }

  ping(done: (outcome: PingOutcome) => void): void {
    if (!this.isOpen) {
      done({ kind: "failed", error: this.#error ?? this.#closedError() });
      return;
    }
    this.#pings.add(done);
    if (this.#state === "open") this.#pings.flush();
  }

  expectTraffic(within: number): void {
    this.#idle.expect(within);
  }

  alias(port: number): void {
    this.options.onAlias?.(this, port);
  }

  /** Tells whether the socket below still takes octets. */
  protected abstract readonly isWritable: boolean;
  /** Octets that were written and have not left. */
  protected abstract readonly buffered: number;
  protected abstract write(bytes: Uint8Array, done: Done | undefined): void;
  protected abstract writePing(): void;
  /** Ends our side once all that was written has left. */
  protected abstract end(): void;

  /** Such as `tcp to 192.0.2.1:5060`. */
  protected get name(): string {
    return `${this.transport.protocol} ${this.isOutgoing ? "to" : "from"} ${formatEndpoint(this.remote)}`;
  }

  /** Why the connection ends or ended. */
  protected get error(): EngineError | undefined {
    return this.#error;
  }

  protected get isOpening(): boolean {
    return this.#state === "opening";
  }

  /** The connection stands: what waited may leave. */
  protected opened(): void {
    if (this.#state !== "opening") return;
    const isLeaving = this.#isLeaving;
    this.#isLeaving = false;
    this.#stopTimers();
    this.#state = "open";
    this.#idle.start();
    this.options.user.onConnectionOpened(this);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { bytes, done } of waiting) this.send(bytes, done);
    if (isLeaving) this.close();
    else this.#pings.flush();
  }

  /** Something came in. */
  protected heard(): void {
    this.#idle.heard();
  }

  /** An answer to a ping came in. Tells whether one was awaited. */
  protected ponged(): boolean {
    return this.#pings.answered();
  }

  /** Remembers why the connection is about to end; the first reason counts. */
  protected noteError(error: EngineError): void {
    this.#error ??= error;
  }

  /** The connection is gone. */
  protected ended(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#stopTimers();
    this.options.onClosed(this);
    this.options.user.onConnectionClosed(this, this.#error);
    const error = this.#error ?? this.#closedError();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { done } of waiting) done?.(error);
    this.#pings.fail(error);
  }

  #closedError(): EngineError {
    return new EngineError("transport.closed", { detail: this.name });
  }

  #connectTimedOut(): void {
    const seconds = this.options.limits.connectTimeout / 1000;
    this.fail(new EngineError("transport.refused", { detail: `${this.name}: no answer within ${seconds} s` }));
  }

  #pongTimedOut(): void {
    this.fail(new EngineError("transport.ping", { detail: `${this.name}: no pong within ${pongTimeout / 1000} s` }));
  }

  #isIdle(allowed: number): void {
    this.fail(new EngineError("transport.timeout", { detail: `${this.name}: nothing for ${allowed / 1000} s` }));
  }

  #stopTimers(): void {
    this.#idle.stop();
    if (this.#timer !== undefined) this.options.context.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
