import type { Writable } from "node:stream";

/** What an output reports. */
export interface BoundedOutputOptions {
  /** Octets that may wait for a slow disk or reader; what comes beyond is lost and counted. 16 MiB. */
  readonly backlog?: number;
  /** The output failed for good: nothing more is written. Called once. */
  readonly onError?: (error: Error) => void;
}

const defaultBacklog = 16 * 1024 * 1024;

/** Writes to a stream without ever waiting for it or throwing: sight must not cost a call. */
export class BoundedOutput {
  readonly #stream: Writable;
  readonly #backlog: number;
  #dropped = 0;
  #hasFailed = false;

  constructor(stream: Writable, { backlog = defaultBacklog, onError }: BoundedOutputOptions = {}) {
    this.#stream = stream;
    this.#backlog = backlog;
    stream.on("error", (error) => {
      if (this.#hasFailed) return;
      this.#hasFailed = true;
      onError?.(error);
    });
  }

  /** How many records were lost. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Writes one record, whole or not at all. */
  write(record: string | Uint8Array): void {
    const stream = this.#stream;
    const isFull = stream.writableLength + record.length > this.#backlog;
    if (this.#hasFailed || stream.writableEnded || isFull) this.#dropped++;
    else stream.write(record);
  }

  /** Resolves when all that was taken has been written, or nothing more can be. */
  end(): Promise<void> {
    if (this.#stream.closed || this.#hasFailed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#stream.once("close", () => resolve());
      this.#stream.end();
    });
  }
}
