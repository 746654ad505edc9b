import type { Clock } from "../clock/clock.js";
import { systemClock } from "../clock/system-clock.js";
import type { EngineError } from "../errors/engine-error.js";
import { silentLogger, type Logger } from "../log/logger.js";
import { createResponse } from "../message/create-response.js";
import type { RequestBuilder } from "../message/request-builder.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";
import type { RandomSource } from "../random/random-source.js";
import { systemRandom } from "../random/system-random.js";
import { createVia } from "../transport/create-via.js";
import type { MessageUser, TransportLayer } from "../transport/layer/transport-layer.js";
import type { Connection } from "../transport/transport.js";
import type { ClientTransaction } from "./client-transaction.js";
import { ClientTransactions } from "./client-transactions.js";
import { MergedRequests } from "./merged-requests.js";
import type { ServerTransactionParts } from "./server-machine.js";
import { ServerTransactions, type ServerTransactionMachine } from "./server-transactions.js";
import { statelessTag } from "./stateless-response.js";
import { defaultTimerValues, type TimerValues } from "./timer-values.js";
import type { SendCallback } from "./transaction-context.js";
import { isLegacy, magicCookie, serverTransactionKey, transactionStem } from "./transaction-key.js";
import type { ClientTransactionUser, TransactionUser } from "./transaction-user.js";

/** What the layer needs. */
export interface TransactionLayerOptions {
  readonly transport: TransportLayer;
  readonly clock?: Clock;
  readonly timers?: Partial<TimerValues>;
  readonly random?: RandomSource;
  readonly log?: Logger;
  /** Stands behind the magic cookie of every branch: tells engines of one cluster apart. Token characters. */
  readonly branchPrefix?: string;
}

/** How a request is sent. */
export interface SendOptions {
  /** The whole branch, when it must be that of another request or be computed (CANCEL, RFC 5393). */
  readonly branch?: string;
}

/** All transactions of an element: matches what comes in, makes what goes out (RFC 3261 §17). */
export class TransactionLayer implements MessageUser {
  readonly clock: Clock;
  readonly timers: TimerValues;
  /** Tells a user agent which requests came by several paths (RFC 3261 §8.2.2.2). */
  readonly mergedRequests = new MergedRequests();
  readonly #transport: TransportLayer;
  readonly #random: RandomSource;
  readonly #log: Logger;
  readonly #branchStart: string;
  readonly #tagSecret: string;
  readonly #clients: ClientTransactions;
  readonly #servers: ServerTransactions;
  #user: TransactionUser | undefined;

  constructor(options: TransactionLayerOptions) {
    const { transport, clock = systemClock, random = systemRandom, log = silentLogger } = options;
    this.clock = clock;
    this.timers = { ...defaultTimerValues, ...options.timers };
    this.#transport = transport;
    this.#random = random;
    this.#log = log;
    this.#branchStart = magicCookie + (options.branchPrefix ?? "");
    this.#tagSecret = random.token(128);
    const shared = { clock, log, timers: this.timers, sender: transport };
    this.#clients = new ClientTransactions(shared);
    this.#servers = new ServerTransactions({
      ...shared,
      onTerminated: (transaction) => this.mergedRequests.forget(transaction),
    });
    transport.attach(this);
  }

  /** Names who gets new requests. */
  attach(user: TransactionUser): void {
    this.#user = user;
  }

  /** How many transactions live, by side. */
  get count(): { readonly client: number; readonly server: number } {
    return { client: this.#clients.size, server: this.#servers.size };
  }

  /** A branch nobody else uses (RFC 3261 §8.1.1.7). */
  createBranch(): string {
    return [this.#branchStart, this.#random.token(64)].join(""); // one piece: it is the key of a table
  }

  /** Puts our Via on top of a request that goes out on a connection. */
  withVia(request: RequestBuilder, connection: Connection, branch: string = this.createBranch()): SipRequest {
    return request.addFirst("Via", createVia(connection, branch)).build();
  }

  /**
   * Sends a request, our Via on top of it. When the transport refuses it at once, the user hears of that before this
   * function returns.
   * @throws EngineError `transaction.state` when the branch given is in use
   */
  send(
    request: RequestBuilder,
    connection: Connection,
    user: ClientTransactionUser,
    options: SendOptions = {},
  ): ClientTransaction {
    const branch = options.branch ?? this.createBranch();
    return this.#clients.start({ request: this.withVia(request, connection, branch), branch, connection, user });
  }

  /**
   * Sends a CANCEL by the Via, branch and connection of the request it cancels (RFC 3261 §9.1).
   * @throws EngineError `transaction.state` when the request was cancelled before
   */
  sendCancel(cancel: RequestBuilder, cancelled: ClientTransaction, user: ClientTransactionUser): ClientTransaction {
    const { branch, connection } = cancelled;
    return this.#clients.start({ request: cancel.build(), branch, connection, user });
  }

  /** Sends a request that has no transaction, our Via on top: the ACK for a 2xx (RFC 3261 §13.2.2.4). */
  sendStateless(request: RequestBuilder, connection: Connection, done?: SendCallback): SipRequest {
    const message = this.withVia(request, connection);
    this.#transport.send(message, connection, done);
    return message;
  }

  /**
   * Answers a request that has no transaction. ACK and CANCEL get nothing (RFC 3261 §8.2.7); take the To tag from
   * `statelessTag`, so that copies of the request get the same.
   */
  replyStatelessly(request: SipRequest, connection: Connection, response: SipResponse, done?: SendCallback): void {
    if (request.method === "ACK" || request.method === "CANCEL") return done?.();
    this.#transport.send(response, this.#transport.responseConnection(request, connection), done);
  }

  /** The To tag that every copy of a request gets from this element (RFC 3261 §8.2.7). */
  statelessTag(request: SipRequest): string {
    return statelessTag(request, this.#tagSecret);
  }

  /** Ends all transactions; their users hear nothing more. */
  close(): void {
    this.#clients.close();
    this.#servers.close();
  }

  onRequest(request: SipRequest, connection: Connection): void {
    const stem = transactionStem(request, request.topVia);
    if (request.method === "ACK") return this.#receiveAck(request, connection, stem);
    const key = serverTransactionKey(request, stem);
    const known = this.#servers.find(key);
    if (known !== undefined) return known.receiveRetransmission();
    this.#receiveNew({ request, connection, key, isLegacy: isLegacy(request) }, stem);
  }

  onResponse(response: SipResponse, connection: Connection): void {
    if (response.field("via") === undefined || response.field("cseq") === undefined) return;
    const via = response.topVia;
    if (this.#clients.receive(response, via)) return;
    if (this.#transport.isOwnVia(via)) this.#user?.onStrayResponse?.(response, connection);
    else this.#log.debug({ sentBy: via.sentBy, callId: response.callId }, "a response for another element was dropped");
  }

  onConnectionClosed(connection: Connection, error: EngineError | undefined): void {
    this.#clients.connectionClosed(connection, error);
    this.#user?.onConnectionClosed?.(connection, error);
  }

  #receiveAck(ack: SipRequest, connection: Connection, stem: string): void {
    const invite = this.#servers.findAcknowledged(ack, stem);
    if (invite === undefined || invite.receiveAck()) this.#user?.onAck(ack, connection, invite);
  }

  #receiveNew(parts: ServerTransactionParts, stem: string): void {
    const { request, connection } = parts;
    const user = this.#user;
    if (user === undefined) {
      this.#log.debug({ callId: request.callId }, "nobody takes requests yet; one was dropped");
    } else if (request.method === "CANCEL") {
      const cancelled = this.#servers.findCancelled(request, stem);
      this.#deliver(this.#servers.create(parts), (cancel) => user.onCancel(cancel, cancelled));
    } else if (user.admits?.(request, connection) !== false) {
      this.#deliver(this.#servers.create(parts), (transaction) => user.onRequest(transaction));
    }
  }

  /** Whatever the user does, the request gets its answer. */
  #deliver(transaction: ServerTransactionMachine, tell: (transaction: ServerTransactionMachine) => void): void {
    try {
      tell(transaction);
    } catch (error) {
      this.#log.error({ error, method: transaction.method }, "the user of a transaction failed");
      this.#answerFailure(transaction);
    }
    transaction.endDelivery();
  }

  #answerFailure(transaction: ServerTransactionMachine): void {
    if (transaction.lastStatusCode >= 200 || transaction.isTerminated) return;
    const { request } = transaction;
    transaction.respond(createResponse(request, 500, { toTag: this.statelessTag(request) }).build());
  }
}
