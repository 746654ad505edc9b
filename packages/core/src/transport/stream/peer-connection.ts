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

/** How long the peer may take to answer a ping (RFC 5626 §4.4.1), and to close its side after we closed ours. */
const pongTimeout = 10_000;
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
  #state: State = "opening";
  #waiting: Waiting[] = [];
  #waitingLength = 0;
  #closesOnceOpen = false;
  #error: EngineError | undefined;
  #pings: ((outcome: PingOutcome) => void)[] = [];
  #expected: number | undefined;
  #heardAt: number;
  #activeAt: number;
  #connectTimer: TimerHandle | undefined;
  #idleTimer: TimerHandle | undefined;
  #pongTimer: TimerHandle | undefined;

  static readonly #onConnectTimer = (self: PeerConnection): void => self.#connectTimedOut();
  static readonly #onIdleTimer = (self: PeerConnection): void => self.#checkIdle();
  static readonly #onPongTimer = (self: PeerConnection): void => self.#pongTimedOut();
  static readonly #onCloseTimer = (self: PeerConnection): void => self.destroy();

  constructor(transport: Transport, remote: Endpoint, options: PeerConnectionOptions) {
    const { clock } = options.context;
    this.transport = transport;
    this.remote = remote;
    this.options = options;
    this.isOutgoing = options.isOutgoing;
    this.#heardAt = clock.monotonic();
    this.#activeAt = this.#heardAt;
    if (options.isOutgoing) {
      this.#connectTimer = clock.setTimeout(PeerConnection.#onConnectTimer, options.limits.connectTimeout, this);
    }
  }

  abstract readonly local: Endpoint;
  abstract readonly security: ConnectionSecurity | undefined;

  get isOpen(): boolean {
    return this.#state === "opening" ? !this.#closesOnceOpen : this.#state === "open" && this.isWritable;
  }

  send(bytes: Uint8Array, done?: Done): void {
    if (!this.isOpen) {
      done?.(this.#error ?? new EngineError("transport.closed", { detail: this.name }));
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
      this.#activeAt = this.options.context.clock.monotonic();
      this.write(bytes, done);
    }
  }

  close(): void {
    if (this.#state === "open") {
      this.#state = "closing";
      this.#stopTimers();
      this.#idleTimer = this.options.context.clock.setTimeout(PeerConnection.#onCloseTimer, closeTimeout, this);
      this.end();
    } else if (this.#state === "opening") {
      this.#closesOnceOpen = true;
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
    this.destroy();
  }

  ping(done: (outcome: PingOutcome) => void): void {
    if (!this.isOpen) {
      done({ kind: "failed", error: this.#error ?? new EngineError("transport.closed", { detail: this.name }) });
      return;
    }
    this.#pings.push(done);
    if (this.#pings.length === 1 && this.#state === "open") this.#sendPing();
  }

  expectTraffic(within: number): void {
    this.#expected = within;
    if (this.#state === "open") this.#startIdleTimer(within);
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
    const { clock } = this.options.context;
    if (this.#connectTimer !== undefined) clock.clearTimeout(this.#connectTimer);
    this.#connectTimer = undefined;
    this.#state = "open";
    this.heard();
    this.#startIdleTimer(this.#expected ?? this.options.limits.idleTimeout);
    this.options.user.onConnectionOpened(this);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { bytes, done } of waiting) this.send(bytes, done);
    if (this.#closesOnceOpen) this.close();
    else if (this.#pings.length > 0) this.#sendPing();
  }

  /** Something came in. */
  protected heard(): void {
    this.#heardAt = this.options.context.clock.monotonic();
    this.#activeAt = this.#heardAt;
  }

  /** An answer to a ping came in. Tells whether one was awaited. */
  protected ponged(): boolean {
    if (this.#pongTimer === undefined) return false;
    this.#endPings({ kind: "answered" });
    return true;
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
    const error = this.#error ?? new EngineError("transport.closed", { detail: this.name });
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { done } of waiting) done?.(error);
    this.#endPings({ kind: "failed", error });
  }

  #sendPing(): void {
    const { clock } = this.options.context;
    this.#pongTimer = clock.setTimeout(PeerConnection.#onPongTimer, pongTimeout, this);
    this.#activeAt = clock.monotonic();
    this.writePing();
  }

  #endPings(outcome: PingOutcome): void {
    if (this.#pongTimer !== undefined) this.options.context.clock.clearTimeout(this.#pongTimer);
    this.#pongTimer = undefined;
    const pings = this.#pings;
    this.#pings = [];
    for (const done of pings) done(outcome);
  }

  #pongTimedOut(): void {
    this.#pongTimer = undefined;
    this.fail(new EngineError("transport.ping", { detail: `${this.name}: no pong within ${pongTimeout / 1000} s` }));
  }

  #connectTimedOut(): void {
    const seconds = this.options.limits.connectTimeout / 1000;
    this.fail(new EngineError("transport.refused", { detail: `${this.name}: no answer within ${seconds} s` }));
  }

  #startIdleTimer(delay: number): void {
    const { clock } = this.options.context;
    if (this.#idleTimer !== undefined) clock.clearTimeout(this.#idleTimer);
    this.#idleTimer = clock.setTimeout(PeerConnection.#onIdleTimer, delay, this);
  }

  /** One timer runs on while messages pass; when it fires it looks how long the silence really was. */
  #checkIdle(): void {
    this.#idleTimer = undefined;
    const allowed = this.#expected ?? this.options.limits.idleTimeout;
    const since = this.#expected === undefined ? this.#activeAt : this.#heardAt;
    const left = since + allowed - this.options.context.clock.monotonic();
    if (left > 0) this.#startIdleTimer(left);
    else this.fail(new EngineError("transport.timeout", { detail: `${this.name}: nothing for ${allowed / 1000} s` }));
  }

  #stopTimers(): void {
    const { clock } = this.options.context;
    for (const timer of [this.#connectTimer, this.#idleTimer, this.#pongTimer]) {
      if (timer !== undefined) clock.clearTimeout(timer);
    }
    this.#connectTimer = undefined;
    this.#idleTimer = undefined;
    this.#pongTimer = undefined;
  }
}
