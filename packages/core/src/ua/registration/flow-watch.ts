import type { Clock } from "../../clock/clock.js";
import type { EngineError } from "../../errors/engine-error.js";
import type { RandomSource } from "../../random/random-source.js";
import { isSameFlow } from "../../transport/flow/flow-table.js";
import { KeepAlive } from "../../transport/keep-alive/keep-alive.js";
import type { Connection } from "../../transport/transport.js";

/** What watching a flow needs. */
export interface FlowWatchParts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly savesPower?: boolean | undefined;
  /** The flow is dead. */
  readonly onFailed: (error: EngineError) => void;
}

/** The connection a registration took, and the pings that show it alive (RFC 5626 §4.4). */
export class FlowWatch {
  readonly #parts: FlowWatchParts;
  #connection: Connection | undefined;
  #keepAlive: KeepAlive | undefined;
  #flowTimer = 0;

  constructor(parts: FlowWatchParts) {
    this.#parts = parts;
  }

  /** The connection watched last, open or not. */
  get connection(): Connection | undefined {
    return this.#connection;
  }

  /** Takes the connection of a registration that was granted; pings go on where they already run at the same pace. */
  watch(connection: Connection, pings: boolean, flowTimer: number): void {
    const isKnown = this.#connection !== undefined && isSameFlow(this.#connection, connection);
    if (isKnown && this.#keepAlive !== undefined && pings && this.#flowTimer === flowTimer) return;
    this.stop();
    this.#connection = connection;
    this.#flowTimer = flowTimer;
    if (!pings) return;
    this.#keepAlive = new KeepAlive(connection, {
      ...this.#parts,
      flowTimer,
      savesPower: this.#parts.savesPower ?? false,
    });
    this.#keepAlive.start();
  }

  /** Pings no more. */
  stop(): void {
    this.#keepAlive?.stop();
    this.#keepAlive = undefined;
  }

  /** Gives up the connection: the next request makes another. */
  drop(): void {
    this.stop();
    if (this.#connection?.isOpen && this.#connection.transport.isReliable) this.#connection.close();
    this.#connection = undefined;
  }
}
