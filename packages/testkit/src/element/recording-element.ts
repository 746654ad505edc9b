import {
  createResponse,
  parseMessage,
  RequestBuilder,
  silentLogger,
  TransactionLayer,
  TransportLayer,
  type ClientTransaction,
  type ClientTransactionUser,
  type Clock,
  type Connection,
  type Endpoint,
  type EngineError,
  type Logger,
  type SendOptions,
  type ServerTransaction,
  type SipRequest,
  type SipResponse,
  type TimerValues,
  type TransactionUser,
  type TransportProtocol,
} from "@siplet/core";
import type { MemoryNetwork } from "../network/memory-network.js";
import type { MemoryTransportOptions } from "../network/memory-transport.js";
import { createSeededRandom } from "../random/seeded-random.js";

/** How an element is made. */
export interface RecordingElementOptions {
  readonly clock: Clock;
  /** Its listeners. */
  readonly listen: readonly MemoryTransportOptions[];
  readonly name?: string;
  readonly timers?: Partial<TimerValues>;
  readonly log?: Logger;
}

/** An ACK that reached the transaction user. */
export interface RecordedAck {
  readonly ack: SipRequest;
  readonly transaction: ServerTransaction | undefined;
}

/** A CANCEL that reached the transaction user. */
export interface RecordedCancel {
  readonly cancel: ServerTransaction;
  readonly cancelled: ServerTransaction | undefined;
}

/** What a client transaction told. */
export class RecordedExchange implements ClientTransactionUser {
  /** `180`, `200`, `timeout`, `transport.failed`, `gone`, in order. */
  readonly log: string[] = [];
  readonly responses: SipResponse[] = [];

  onResponse(response: SipResponse): void {
    this.log.push(String(response.statusCode));
    this.responses.push(response);
  }

  onTimeout(): void {
    this.log.push("timeout");
  }

  onTransportError(error: EngineError): void {
    this.log.push(error.code);
  }

  onTerminated(): void {
    this.log.push("gone");
  }
}

/** Transport and transactions of one element, and a user above them that does nothing but write down. */
export class RecordingElement implements TransactionUser {
  readonly transport: TransportLayer;
  readonly transactions: TransactionLayer;
  readonly requests: ServerTransaction[] = [];
  readonly cancels: RecordedCancel[] = [];
  readonly acks: RecordedAck[] = [];
  readonly strays: SipResponse[] = [];
  /** What it does with each new request, besides. */
  onEach: ((transaction: ServerTransaction) => void) | undefined;

  private constructor({ clock, timers, log = silentLogger }: RecordingElementOptions) {
    this.transport = new TransportLayer({ clock, log });
    this.transactions = new TransactionLayer({
      transport: this.transport,
      clock,
      timers,
      log,
      random: createSeededRandom(7),
    });
    this.transactions.attach(this);
  }

  /** An element in the in-memory network. */
  static async open(network: MemoryNetwork, options: RecordingElementOptions): Promise<RecordingElement> {
    const element = new RecordingElement(options);
    for (const each of options.listen) {
      await element.transport.add(network.transport(each));
      if (options.name !== undefined) network.name(`${each.address}:${each.port}`, options.name);
    }
    return element;
  }

  /** The last request that came. */
  get lastRequest(): ServerTransaction {
    const request = this.requests.at(-1);
    if (request === undefined) throw new RangeError("no request came");
    return request;
  }

  onRequest(transaction: ServerTransaction): void {
    this.requests.push(transaction);
    this.onEach?.(transaction);
  }

  onCancel(cancel: ServerTransaction, cancelled: ServerTransaction | undefined): void {
    this.cancels.push({ cancel, cancelled });
  }

  onAck(ack: SipRequest, _connection: Connection, transaction: ServerTransaction | undefined): void {
    this.acks.push({ ack, transaction });
  }

  onStrayResponse(response: SipResponse): void {
    this.strays.push(response);
  }

  /** Sends a request written as text, the element's own Via on top. */
  send(
    text: string,
    to: Endpoint,
    options: SendOptions & { readonly protocol?: TransportProtocol } = {},
  ): { readonly exchange: RecordedExchange; readonly transaction: ClientTransaction } {
    const exchange = new RecordedExchange();
    const connection = this.transport.connect(options.protocol ?? "udp", to);
    const transaction = this.transactions.send(draftOf(text), connection, exchange, options);
    return { exchange, transaction };
  }
}

/** A builder of the request that a text holds, its Via left out. */
export function draftOf(text: string): RequestBuilder {
  const message = parseMessage(Buffer.from(text));
  if (message.kind !== "request") throw new TypeError(`no request: ${text}`);
  return RequestBuilder.from(message).remove("Via");
}

/** Answers a request as the user of its transaction; the To tag is `element-tag`. */
export function answer(transaction: ServerTransaction, statusCode: number, toTag = "element-tag"): SipResponse {
  const response = createResponse(transaction.request, statusCode, { toTag }).build();
  transaction.respond(response);
  return response;
}
