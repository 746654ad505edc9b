import type { EngineError } from "../../errors/engine-error.js";
import type { Endpoint } from "../endpoint.js";
import type { Connection, PingOutcome, Transport } from "../transport.js";

/** A connection that could not even be begun: whatever is sent fails. */
export class ClosedConnection implements Connection {
  readonly transport: Transport;
  readonly remote: Endpoint;
  readonly isOpen = false;
  readonly isOutgoing = true;
  readonly #error: EngineError;

  constructor(transport: Transport, remote: Endpoint, error: EngineError) {
    this.transport = transport;
    this.remote = remote;
    this.#error = error;
  }

  get local(): Endpoint {
    return this.transport.local;
  }

  send(_bytes: Uint8Array, done?: (error?: EngineError) => void): void {
    done?.(this.#error);
  }

  ping(done: (outcome: PingOutcome) => void): void {
    done({ kind: "failed", error: this.#error });
  }

  close(): void {
    // nothing to close
  }
}
