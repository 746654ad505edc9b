import type { Clock, TimerHandle } from "../../clock/clock.js";
import { EngineError } from "../../errors/engine-error.js";
import type { RandomSource } from "../../random/random-source.js";
import { formatEndpoint, type Endpoint } from "../endpoint.js";
import type { Connection, PingOutcome } from "../transport.js";
import { pingInterval, type PingInterval, type PingTiming } from "./ping-interval.js";

/** What keeping a flow alive needs. */
export interface KeepAliveOptions extends PingTiming {
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Sends pings at this pace, in place of that of RFC 5626. */
  readonly interval?: PingInterval;
  /** The flow is dead: no answer came, the connection ended, or the peer sees us at another address. Called once. */
  readonly onFailed: (error: EngineError) => void;
}

/** Pings a peer again and again, at random intervals (RFC 5626 §4.4), until the flow fails or somebody stops it. */
export class KeepAlive {
  readonly #connection: Connection;
  readonly #options: KeepAliveOptions;
  readonly #interval: PingInterval;
  #timer: TimerHandle | undefined;
  #isRunning = false;
  #mapped: Endpoint | undefined;

  static readonly #onTimer = (self: KeepAlive): void => self.#ping();

  constructor(connection: Connection, options: KeepAliveOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#interval = options.interval ?? pingInterval(connection.transport.isReliable, options);
  }

  /** Begins; the first ping goes out after the first interval. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#schedule();
  }

  /** Ends it; nobody is told. */
  stop(): void {
    this.#isRunning = false;
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    const { clock, random } = this.#options;
    const { least, most } = this.#interval;
    this.#timer = clock.setTimeout(KeepAlive.#onTimer, least + random.integer(most - least + 1), this);
  }

  #ping(): void {
    this.#timer = undefined;
    this.#connection.ping?.((outcome) => this.#answered(outcome));
  }

  #answered(outcome: PingOutcome): void {
    if (!this.#isRunning) return;
    if (outcome.kind === "failed") this.#fail(outcome.error);
    else if (this.#hasMoved(outcome.mapped)) this.#fail(this.#movedError(outcome.mapped));
    else this.#schedule();
  }

  /** Another address at the NAT is another flow: the peer would send to the old one (RFC 5626 §4.4.2). */
  #hasMoved(mapped: Endpoint | undefined): boolean {
    if (mapped === undefined) return false;
    const before = this.#mapped;
    this.#mapped = mapped;
    return before !== undefined && formatEndpoint(before) !== formatEndpoint(mapped);
  }

  #movedError(mapped: Endpoint | undefined): EngineError {
    const now = mapped === undefined ? "" : ` at ${formatEndpoint(mapped)}`;
    const detail = `${formatEndpoint(this.#connection.remote)} sees us${now}, no longer where it did`;
    return new EngineError("transport.ping", { detail });
  }

  #fail(error: EngineError): void {
    this.stop();
    this.#options.onFailed(error);
  }
}
