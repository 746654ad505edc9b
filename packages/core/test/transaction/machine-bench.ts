import { ManualClock, MemoryNetwork, responseText } from "@siplet/testkit";
import type { Clock, TimerHandle } from "../../src/clock/clock.js";
import { EngineError } from "../../src/errors/engine-error.js";
import { silentLogger } from "../../src/log/logger.js";
import { createResponse } from "../../src/message/create-response.js";
import { parseMessage } from "../../src/message/parse-message.js";
import { serializeMessage } from "../../src/message/serialize-message.js";
import type { SipRequest } from "../../src/message/sip-request.js";
import type { SipResponse } from "../../src/message/sip-response.js";
import { defaultTimerValues, type TimerValues } from "../../src/transaction/timer-values.js";
import type { TransactionContext } from "../../src/transaction/transaction-context.js";
import type { ServerTransactionUser } from "../../src/transaction/server-transaction.js";
import type { ClientTransactionUser } from "../../src/transaction/transaction-user.js";
import { TransportLayer } from "../../src/transport/layer/transport-layer.js";
import type { Connection, TransportProtocol } from "../../src/transport/transport.js";

const here = "192.0.2.1";
const peer = { address: "192.0.2.2", port: 5060 };

/** A clock that tells which timers run through it. */
class TimerList implements Clock {
  readonly #clock: Clock;
  readonly #running = new Map<TimerHandle, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** When the running timers are due, in milliseconds from now, the next one first. */
  get due(): number[] {
    const now = this.#clock.monotonic();
    return [...this.#running.values()].map((due) => due - now).toSorted((one, other) => one - other);
  }

  now(): number {
    return this.#clock.now();
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  setTimeout<T>(callback: (argument: T) => void, delay: number, argument: T): TimerHandle {
    const fire = (): void => {
      this.#running.delete(handle);
      callback(argument);
    };
    const handle = this.#clock.setTimeout(fire, delay, undefined);
    this.#running.set(handle, this.#clock.monotonic() + delay);
    return handle;
  }

  clearTimeout(handle: TimerHandle): void {
    this.#running.delete(handle);
    this.#clock.clearTimeout(handle);
  }
}

/** One machine on a real transport layer over the in-memory network; what it does is a list of words. */
export class MachineBench {
  readonly clock = new ManualClock();
  /** The timers of the machine, those of the network left out. */
  readonly timerList = new TimerList(this.clock);
  readonly network = new MemoryNetwork({ clock: this.clock });
  readonly transport = new TransportLayer({ clock: this.clock });
  /** `send INVITE`, `tell 180`, `timeout`, `error`, `gone`, in order. */
  readonly log: string[] = [];
  readonly timers: TimerValues = defaultTimerValues;
  #connection: Connection | undefined;

  /** A bench with a way to the peer; of a reliable protocol it stands already. */
  static async open(protocol: TransportProtocol): Promise<MachineBench> {
    const bench = new MachineBench();
    const quiet = {
      onMessage: () => {},
      onBrokenStream: () => {},
      onConnectionOpened: () => {},
      onConnectionClosed: () => {},
    };
    bench.network.bind({ protocol, ...peer }, quiet);
    await bench.transport.add(bench.network.transport({ protocol, address: here, port: 5060 }));
    bench.#connection = bench.transport.connect(protocol, peer);
    bench.clock.advance(0);
    return bench;
  }

  get connection(): Connection {
    if (this.#connection === undefined) throw new TypeError("open the bench first");
    return this.#connection;
  }

  /** The context of a machine, with a sender that notes what goes out. */
  context<Transaction>(): TransactionContext<Transaction> {
    const note = (text: string): void => void this.log.push(`send ${text}`);
    const { transport } = this;
    return {
      clock: this.timerList,
      timers: this.timers,
      log: { ...silentLogger, error: ({ error }) => void this.log.push(`user threw ${String(error)}`) },
      sender: {
        send: (message, connection, done) => {
          note(message.kind === "request" ? message.method : String(message.statusCode));
          return transport.send(message, connection, done);
        },
        resend: (bytes, connection, done) => {
          note(`${firstWord(bytes)} again`);
          transport.resend(bytes, connection, done);
        },
        responseConnection: (request, connection) => transport.responseConnection(request, connection),
      },
      onTerminated: () => void this.log.push("out of the table"),
    };
  }

  /** A client user that notes what it hears. */
  get clientUser(): ClientTransactionUser {
    return {
      onResponse: (response) => void this.log.push(`tell ${response.statusCode}`),
      onTimeout: () => void this.log.push("tell timeout"),
      onTransportError: (error) => void this.log.push(`tell ${error.code}`),
      onTerminated: () => void this.log.push("tell gone"),
    };
  }

  /** A server user that notes what it hears. */
  get serverUser(): ServerTransactionUser {
    return {
      onTimeout: () => void this.log.push("tell timeout"),
      onTransportError: (error) => void this.log.push(`tell ${error.code}`),
      onTerminated: () => void this.log.push("tell gone"),
    };
  }

  /** What happened since the last look. */
  takeLog(): string[] {
    return this.log.splice(0);
  }

  /** When each message went out, in milliseconds. */
  sentAt(match: string): number[] {
    return this.network.trace.times(match, { from: here });
  }
}

function firstWord(bytes: Uint8Array): string {
  const [first = "", second = ""] = Buffer.from(bytes).toString("latin1").split(" ", 2);
  return first.startsWith("SIP/") ? second : first;
}

/** Reads a request; the text is one of testkit's. */
export function readRequest(text: string): SipRequest {
  const message = parseMessage(Buffer.from(text));
  if (message.kind !== "request") throw new TypeError(`no request: ${text}`);
  return message;
}

/** Reads a response; the text is one of testkit's. */
export function readResponse(text: string): SipResponse {
  const message = parseMessage(Buffer.from(text));
  if (message.kind !== "response") throw new TypeError(`no response: ${text}`);
  return message;
}

/** The answer to a request that a client machine gets. */
export function answerTo(request: SipRequest, status: number, toTag?: string): SipResponse {
  return readResponse(responseText(Buffer.from(serializeMessage(request)).toString("latin1"), status, { toTag }));
}

/** The answer that the user of a server machine sends. */
export function ownAnswer(request: SipRequest, status: number): SipResponse {
  return createResponse(request, status, { toTag: "own" }).build();
}

/** A transport that failed. */
export function transportError(): EngineError {
  return new EngineError("transport.failed", { detail: "cut by the test" });
}
