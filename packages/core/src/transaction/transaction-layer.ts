import type { Clock } from "../clock/clock.js";
import { systemClock } from "../clock/system-clock.js";
import type { EngineError } from "../errors/engine-error.js";
import { silentLogger, type Logger } from "../log/logger.js";
import type { RequestBuilder } from "../message/request-builder.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";
import type { RandomSource } from "../random/random-source.js";
import { systemRandom } from "../random/system-random.js";
import { reachableAddress } from "../transport/reachable-address.js";
import type { MessageUser, TransportLayer } from "../transport/transport-layer.js";
import type { Connection } from "../transport/transport.js";
import { viaText } from "../transport/via.js";
import type { ClientTransaction } from "./client-transaction.js";
import { InviteClientTransaction } from "./invite-client-transaction.js";
import { InviteServerTransaction } from "./invite-server-transaction.js";
import { NonInviteClientTransaction } from "./non-invite-client-transaction.js";
import { NonInviteServerTransaction } from "./non-invite-server-transaction.js";
import type { ServerMachine } from "./server-machine.js";
import { defaultTimerValues, type TimerValues } from "./timer-values.js";
import type { TransactionContext } from "./transaction-context.js";
import { magicCookie, serverTransactionKey } from "./transaction-key.js";
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
  readonly #transport: TransportLayer;
  readonly #random: RandomSource;
  readonly #log: Logger;
  readonly #branchStart: string;
  readonly #clients = new Map<string, ClientTransaction>();
  readonly #servers = new Map<string, ServerMachine>();
  /** Client transactions that end with their stream connection. */
  readonly #onConnection = new Map<Connection, Set<ClientTransaction>>();
  readonly #clientContext: TransactionContext<ClientTransaction>;
  readonly #serverContext: TransactionContext<ServerMachine>;
  #user: TransactionUser | undefined;

  constructor(options: TransactionLayerOptions) {
    this.#transport = options.transport;
    this.#random = options.random ?? systemRandom;
    this.#log = options.log ?? silentLogger;
    this.#branchStart = magicCookie + (options.branchPrefix ?? "");
    const shared = {
      clock: options.clock ?? systemClock,
      timers: { ...defaultTimerValues, ...options.timers },
      sender: options.transport,
    };
    this.#clientContext = {
      ...shared,
      onTerminated: (transaction) => this.#forgetClient(transaction),
    };
    this.#serverContext = {
      ...shared,
      onTerminated: (transaction) => this.#forgetServer(transaction),
    };
    options.transport.attach(this);
  }

  /** Names who gets new requests. */
  attach(user: TransactionUser): void {
    this.#user = user;
  }

  get timers(): TimerValues {
    return this.#clientContext.timers;
  }

  get clock(): Clock {
    return this.#clientContext.clock;
  }

  /** How many transactions live, by side. */
  get count(): { readonly client: number; readonly server: number } {
    let server = 0;
    for (const each of this.#servers.values())
      for (let one: ServerMachine | undefined = each; one; one = one.sibling) server++;
    return { client: this.#clients.size, server };
  }

  /** A branch nobody else uses (RFC 3261 §8.1.1.7). */
  createBranch(): string {
    return this.#branchStart + this.#random.token(64);
  }

  /** Puts our Via on top of a request that goes out on a connection. */
  withVia(
    request: RequestBuilder,
    connection: Connection,
    branch = this.createBranch(),
  ): SipRequest {
    const sentBy = reachableAddress(connection.transport, connection.remote);
    return request.addFirst("Via", viaText(connection.transport.protocol, sentBy, branch)).build();
  }

  /** Sends a request, our Via on top of it. The user hears of everything from the next response on. */
  send(
    request: RequestBuilder,
    connection: Connection,
    user: ClientTransactionUser,
    options: SendOptions = {},
  ): ClientTransaction {
    const branch = options.branch ?? this.createBranch();
    return this.#start(this.withVia(request, connection, branch), branch, connection, user);
  }

  /** Sends a CANCEL by the Via, branch and connection of the request it cancels (RFC 3261 §9.1). */
  sendCancel(
    cancel: RequestBuilder,
    cancelled: ClientTransaction,
    user: ClientTransactionUser,
  ): ClientTransaction {
    return this.#start(cancel.build(), cancelled.branch, cancelled.connection, user);
  }

  /** Sends a request that has no transaction, our Via on top: the ACK for a 2xx (RFC 3261 §13.2.2.4). */
  sendStateless(
    request: RequestBuilder,
    connection: Connection,
    done?: (error?: EngineError) => void,
  ): SipRequest {
    const message = this.withVia(request, connection);
    this.#transport.send(message, connection, done);
    return message;
  }

  onRequest(request: SipRequest, connection: Connection): void {
    const key = serverTransactionKey(request, request.topVia);
    const first = this.#servers.get(key);
    if (request.method === "ACK") return this.#receiveAck(request, connection, first);
    for (let known = first; known !== undefined; known = known.sibling) {
      if (known.request.method === request.method) return known.receiveRetransmission();
    }
    const transaction = this.#createServer(request, connection, key, first);
    if (request.method === "CANCEL") this.#user?.onCancel(transaction, cancellable(first));
    else this.#user?.onRequest(transaction);
    if (!transaction.isTerminated) transaction.requestDelivered();
  }

  onResponse(response: SipResponse, connection: Connection): void {
    const via = response.topVia;
    const transaction =
      via.branch === undefined
        ? undefined
        : this.#clients.get(clientKey(via.branch, response.method));
    if (transaction === undefined || transaction.request.method !== response.method) {
      this.#user?.onStrayResponse(response, connection);
    } else if (sameSentBy(transaction.request, via.host, via.port))
      transaction.receiveResponse(response);
    else
      this.#log.debug(
        { sentBy: via.host, callId: response.callId },
        "response for another element dropped",
      );
  }

  onConnectionClosed(connection: Connection, error: EngineError | undefined): void {
    const waiting = this.#onConnection.get(connection);
    if (waiting === undefined || error === undefined) return;
    for (const transaction of [...waiting]) transaction.receiveTransportError(error);
  }

  #start(
    request: SipRequest,
    branch: string,
    connection: Connection,
    user: ClientTransactionUser,
  ): ClientTransaction {
    const parts = { request, branch, connection, user };
    const isInvite = request.method === "INVITE";
    const transaction = isInvite
      ? new InviteClientTransaction(parts, this.#clientContext)
      : new NonInviteClientTransaction(parts, this.#clientContext);
    this.#clients.set(clientKey(branch, request.method), transaction);
    if (connection.transport.isReliable) this.#watch(connection, transaction);
    transaction.start();
    return transaction;
  }

  #watch(connection: Connection, transaction: ClientTransaction): void {
    const waiting = this.#onConnection.get(connection);
    if (waiting === undefined) this.#onConnection.set(connection, new Set([transaction]));
    else waiting.add(transaction);
  }

  #createServer(
    request: SipRequest,
    connection: Connection,
    key: string,
    sibling: ServerMachine | undefined,
  ): ServerMachine {
    const Machine =
      request.method === "INVITE" ? InviteServerTransaction : NonInviteServerTransaction;
    const transaction = new Machine(request, connection, key, this.#serverContext);
    transaction.sibling = sibling;
    this.#servers.set(key, transaction);
    return transaction;
  }

  #receiveAck(ack: SipRequest, connection: Connection, first: ServerMachine | undefined): void {
    for (let known = first; known !== undefined; known = known.sibling) {
      if (!(known instanceof InviteServerTransaction)) continue;
      if (!known.receiveAck()) this.#user?.onAck(ack, connection, known);
      return;
    }
    this.#user?.onAck(ack, connection, undefined);
  }

  #forgetClient(transaction: ClientTransaction): void {
    this.#clients.delete(clientKey(transaction.branch, transaction.request.method));
    const waiting = this.#onConnection.get(transaction.connection);
    if (waiting === undefined) return;
    waiting.delete(transaction);
    if (waiting.size === 0) this.#onConnection.delete(transaction.connection);
  }

  #forgetServer(transaction: ServerMachine): void {
    const { key, sibling } = transaction;
    const first = this.#servers.get(key);
    if (first !== transaction) {
      for (let each = first; each !== undefined; each = each.sibling)
        if (each.sibling === transaction) each.sibling = sibling;
    } else if (sibling === undefined) this.#servers.delete(key);
    else this.#servers.set(key, sibling);
  }
}

/** Branch and method of the CSeq (RFC 3261 §17.1.3). */
function clientKey(branch: string, method: string): string {
  return method === "CANCEL" ? `${branch}|CANCEL` : branch;
}

/** Any transaction but those of ACK and CANCEL can be cancelled (RFC 3261 §9.2). */
function cancellable(first: ServerMachine | undefined): ServerMachine | undefined {
  for (let each = first; each !== undefined; each = each.sibling)
    if (each.request.method !== "CANCEL") return each;
  return undefined;
}

function sameSentBy(request: SipRequest, host: string, port: number | undefined): boolean {
  const { topVia } = request;
  return topVia.host === host && topVia.port === port;
}
