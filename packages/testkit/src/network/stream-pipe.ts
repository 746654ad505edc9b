import type { EngineError } from "@siplet/core";
import type { NetworkMedium, StreamEnd } from "./network-medium.js";

interface Load {
  readonly due: number;
  readonly bytes: Uint8Array;
  /** Set when the stream ends here. */
  readonly end?: { readonly error: EngineError | undefined };
}

/** How a pipe delivers. */
export interface StreamPipeOptions {
  /** Whether the borders between messages are kept, as WebSocket does. */
  readonly keepsMessages: boolean;
}

/**
 * One direction of a stream connection: nothing is lost and nothing overtakes. What is due at the same time arrives
 * joined, then cut into chunks: a reader must not count on the writer's borders.
 */
export class StreamPipe {
  readonly #medium: NetworkMedium;
  readonly #from: StreamEnd;
  readonly #to: StreamEnd;
  readonly #keepsMessages: boolean;
  readonly #loads: Load[] = [];
  #lastDue = 0;
  #isArmed = false;

  constructor(medium: NetworkMedium, from: StreamEnd, to: StreamEnd, options: StreamPipeOptions) {
    this.#medium = medium;
    this.#from = from;
    this.#to = to;
    this.#keepsMessages = options.keepsMessages;
  }

  /** Puts octets in; they arrive after `delay` milliseconds at the earliest. */
  write(bytes: Uint8Array, delay: number): void {
    this.#push({ due: this.#dueAfter(delay), bytes: Uint8Array.from(bytes) });
  }

  /** Ends the stream behind what was written. */
  end(delay: number, error?: EngineError): void {
    this.#push({ due: this.#dueAfter(delay), bytes: new Uint8Array(0), end: { error } });
  }

  #dueAfter(delay: number): number {
    this.#lastDue = Math.max(this.#lastDue, this.#medium.clock.monotonic() + delay);
    return this.#lastDue;
  }

  #push(load: Load): void {
    this.#loads.push(load);
    this.#arm();
  }

  #arm(): void {
    const [next] = this.#loads;
    if (this.#isArmed || next === undefined) return;
    this.#isArmed = true;
    const { clock } = this.#medium;
    clock.setTimeout((pipe: StreamPipe) => pipe.#arrive(), next.due - clock.monotonic(), this);
  }

  #arrive(): void {
    this.#medium.whenOpen(this.#from.local, this.#to.local, () => {
      this.#isArmed = false;
      this.#deliver(this.#takeDue());
      this.#arm();
    });
  }

  #takeDue(): Load[] {
    const now = this.#medium.clock.monotonic();
    const count = this.#loads.findIndex((load) => load.due > now);
    return this.#loads.splice(0, count < 0 ? this.#loads.length : count);
  }

  #deliver(loads: readonly Load[]): void {
    if (this.#keepsMessages) for (const { bytes } of loads) if (bytes.length > 0) this.#to.receive(bytes);
    if (!this.#keepsMessages) this.#deliverChunks(Buffer.concat(loads.map((load) => load.bytes)));
    const end = loads.at(-1)?.end;
    if (end !== undefined) this.#to.ended(end.error);
  }

  #deliverChunks(bytes: Buffer): void {
    for (let start = 0; start < bytes.length; start += this.#medium.chunkSize) {
      this.#to.receive(bytes.subarray(start, start + this.#medium.chunkSize));
    }
  }
}
