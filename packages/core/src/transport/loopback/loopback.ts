import type { EngineError } from "../../errors/engine-error.js";
import type { Logger } from "../../log/logger.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { Connection } from "../transport.js";
import { LoopbackConnection, type LoopbackOptions } from "./loopback-connection.js";

/** Who takes what comes around: the transaction layer. */
export interface LoopbackUser {
  onRequest(request: SipRequest, connection: Connection): void;
  onResponse(response: SipResponse, connection: Connection): void;
}

/** Messages that may be carried before everybody else has a turn. */
const burst = 1000;

/** One message that has not arrived yet. */
interface Travelling {
  readonly message: SipRequest | SipResponse;
  readonly connection: Connection;
}

/**
 * The way of an element to itself: messages stay objects, arrive in the order they were sent, and never within the call
 * that sends them. No socket, no octets; above it everything is as over a stream.
 */
export class Loopback {
  readonly #user: LoopbackUser;
  readonly #log: Logger;
  #travelling: Travelling[] = [];
  #isScheduled = false;
  #carried = 0;
  #isOpen = true;

  constructor(user: LoopbackUser, log: Logger) {
    this.#user = user;
    this.#log = log;
  }

  /** False once the element has closed: what is under way is lost. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** A path for one request and its answers. */
  connect(options: LoopbackOptions): LoopbackConnection {
    return new LoopbackConnection(this, options);
  }

  /** Takes a message for the next turn. */
  post(message: SipRequest | SipResponse, connection: Connection, done?: (error?: EngineError) => void): void {
    if (this.#isOpen) {
      this.#travelling.push({ message, connection });
      if (!this.#isScheduled) this.#schedule();
    }
    done?.();
  }

  close(): void {
    this.#isOpen = false;
    this.#travelling = [];
  }

  /** Messages that follow one another without end must not keep sockets and timers from their turn. */
  #schedule(): void {
    this.#isScheduled = true;
    if (this.#carried < burst) return queueMicrotask(this.#arrive);
    this.#carried = 0;
    setImmediate(this.#arrive);
  }

  /** Delivers what waits; what is sent meanwhile comes behind it. */
  readonly #arrive = (): void => {
    const arrived = this.#travelling;
    this.#travelling = [];
    this.#carried += arrived.length;
    for (const each of arrived) this.#deliver(each);
    this.#isScheduled = false;
    if (this.#travelling.length > 0) this.#schedule();
  };

  #deliver({ message, connection }: Travelling): void {
    try {
      if (message.kind === "request") this.#user.onRequest(message, connection);
      else this.#user.onResponse(message, connection);
    } catch (error) {
      this.#log.error({ error, callId: message.callId }, "a message to ourselves could not be handled");
    }
  }
}
