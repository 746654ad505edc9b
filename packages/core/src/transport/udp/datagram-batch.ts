import type { Socket } from "node:dgram";
import type { EngineError } from "../../errors/engine-error.js";
import type { Endpoint } from "../endpoint.js";

/** A datagram on its way to the socket. */
interface Datagram {
  readonly bytes: Uint8Array;
  readonly remote: Endpoint;
  readonly done: DatagramDone | undefined;
}

/** Is called once, with an error when the datagram could not leave. */
export type DatagramDone = (error?: EngineError) => void;

/** Puts what the system said of a datagram into our words. */
export type SendErrorOf = (cause: Error | null, remote: Endpoint) => EngineError | undefined;

/**
 * Collects datagrams until the event loop has handled what arrived, and sends them one behind the other. A peer on an idle
 * core has to be woken for a datagram, which costs the sender more than the sending; it is still awake for the next one.
 */
export class DatagramBatch {
  readonly #socket: Socket;
  readonly #errorOf: SendErrorOf;
  #waiting: Datagram[] = [];

  static readonly #flush = (self: DatagramBatch): void => self.flush();

  constructor(socket: Socket, errorOf: SendErrorOf) {
    this.#socket = socket;
    this.#errorOf = errorOf;
  }

  add(bytes: Uint8Array, remote: Endpoint, done: DatagramDone | undefined): void {
    if (this.#waiting.push({ bytes, remote, done }) === 1) setImmediate(DatagramBatch.#flush, this);
  }

  /** Sends what waits. */
  flush(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    for (const datagram of waiting) this.#send(datagram);
  }

  /** What cannot be sent is told to its sender; the others go all the same. */
  #send({ bytes, remote, done }: Datagram): void {
    try {
      if (done === undefined) this.#socket.send(bytes, remote.port, remote.address);
      else this.#socket.send(bytes, remote.port, remote.address, (cause) => done(this.#errorOf(cause, remote)));
    } catch (cause) {
      done?.(this.#errorOf(cause as Error, remote));
    }
  }
}
