// Above 300 lines: each way a request may take ends in the same few states, and each order of events counts.
import type { Clock } from "../clock/clock.js";
import { EngineError, isEngineError } from "../errors/engine-error.js";
import type { HopCursor } from "../locate/hop/hop-cursor.js";
import type { NextHop } from "../locate/hop/next-hop.js";
import type { Locator } from "../locate/locator.js";
import type { Logger } from "../log/logger.js";
import type { HeaderField } from "../message/header-field.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";
import type { TransportLayer } from "../transport/layer/transport-layer.js";
import type { Connection } from "../transport/transport.js";
import type { ClientTransaction } from "./client-transaction.js";
import { nextHopTarget } from "./next-hop-target.js";
import { prepareAttempt, prepareOn, type AttemptOptions, type OutgoingAttempt } from "./outgoing-attempt.js";
import { PendingCancel } from "./pending-cancel.js";
import type { DeferredRequestRouter, RequestRoute, RequestRouter } from "./request-route.js";
import type { TransactionLayer } from "./transaction-layer.js";
import type { ClientTransactionUser } from "./transaction-user.js";

/** What sending by RFC 3263 needs. */
export interface SendContext {
  readonly transport: TransportLayer;
  readonly transactions: TransactionLayer;
  readonly locator: Pick<Locator, "locate" | "cursor" | "reportFailure" | "reportSuccess">;
  readonly clock: Clock;
  readonly log: Logger;
  /** Decides the way of requests that bring no router of their own. */
  readonly route?: RequestRouter;
}

/** Who sent a request and hears what becomes of it, whichever server it went to. */
export interface SentRequestUser extends ClientTransactionUser {
  /**
   * Nothing was sent, and that became clear only after `send` had returned: no server was found, none could be called, or
   * the request was cancelled before. Act as for the status of the error (RFC 3261 §8.1.3.1).
   */
  onNotSent(error: EngineError, sent: SentRequest): void;
}

/** How a request is sent. */
export interface SendRequestOptions extends AttemptOptions {
  /** Sends there and nowhere else, whatever the URI says: on a flow (RFC 5626), or back to where something came from. */
  readonly connection?: Connection;
  /** Decides the way in place of the router of the sender. */
  readonly route?: DeferredRequestRouter;
  /** Makes the branch of each attempt, where it has to say more than chance does (RFC 5393). */
  readonly createBranch?: () => string;
  /** What does not change between copies of a request: the same servers come in the same order (RFC 3263 §4.4). */
  readonly locateKey?: string;
}

/** What a sent request is made of. */
export interface SentRequestParts {
  /** The request without our Via. */
  readonly draft: SipRequest;
  readonly user: SentRequestUser;
  readonly options: SendRequestOptions;
}

/** What is kept of the options once nothing more is sent: the transaction may live on for half a minute. */
const none: SendRequestOptions = {};
const nobody: SentRequestUser = {
  onResponse: () => {},
  onTimeout: () => {},
  onTransportError: () => {},
  onNotSent: () => {},
};

/**
 * One request to whichever server takes it: tries the hops that location found one after the other, each in a transaction of
 * its own with the same Call-ID, tags and CSeq, until one answers other than 503. RFC 3263 §4.3
 */
export class SentRequest implements ClientTransactionUser {
  readonly #context: SendContext;
  readonly method: string;
  /** Kept as long as another server may be tried. */
  #draft: SipRequest | undefined;
  #user: SentRequestUser;
  #options: SendRequestOptions;
  #cancel: PendingCancel | undefined;
  #cursor: HopCursor | undefined;
  #hop: NextHop | undefined;
  #mayFallBack = false;
  #transaction: ClientTransaction | undefined;
  #lastError: EngineError | undefined;
  #isAnswered = false;
  #isOver = false;

  constructor({ draft, user, options }: SentRequestParts, context: SendContext) {
    this.#context = context;
    this.method = draft.method;
    this.#draft = draft;
    this.#user = user;
    this.#options = options;
  }

  /** The request as it was sent last, our Via on top; before that, as it was given. */
  get request(): SipRequest {
    return this.#transaction?.request ?? this.#unsent();
  }

  /** The transaction of the present attempt; undefined while a server is looked for. */
  get transaction(): ClientTransaction | undefined {
    return this.#transaction;
  }

  /** The server of the present attempt; undefined without location. */
  get hop(): NextHop | undefined {
    return this.#hop;
  }

  /** Whether the user has heard the end: a final response, a timeout or a failure. Further 2xx may follow. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Sends for the first time; within this call when no name has to be looked up.
   * @throws EngineError when it is clear at once that nothing can be sent
   */
  start(): void {
    const { connection, nextHop, route = this.#context.route } = this.#options;
    if (connection !== undefined) return this.#sendOn(connection);
    const routed = route?.(this.#unsent(), nextHop);
    if (!(routed instanceof Promise)) return this.#follow(routed);
    void routed.then(
      (each) => this.#receiveRoute(each),
      (error: unknown) => this.#tellNotSent(asEngineError(error)),
    );
  }

  #receiveRoute(route: RequestRoute | undefined): void {
    if (this.#isCancelled) return this.#tellCancelled();
    try {
      this.#follow(route);
    } catch (error) {
      this.#tellNotSent(asEngineError(error));
    }
  }

  #follow(route: RequestRoute | undefined): void {
    if (route?.request !== undefined) this.#draft = route.request;
    if (route?.connection !== undefined) this.#sendOn(route.connection);
    else this.#locate();
  }

  #sendOn(connection: Connection): void {
    this.#begin((branch) => prepareOn(connection, this.#plan(branch)));
  }

  #locate(): void {
    const { locateKey, nextHop } = this.#options;
    const located = this.#context.locator.locate(nextHopTarget(this.#unsent(), nextHop), { key: locateKey });
    if (!(located instanceof Promise)) {
      if (!this.#tryHops(located)) throw this.#failure();
      return;
    }
    void located.then(
      (hops) => this.#receiveHops(hops),
      (error: unknown) => this.#tellNotSent(asEngineError(error)),
    );
  }

  /**
   * Cancels an INVITE that has no final response: at once, or when its first provisional comes; nothing is sent if a final
   * response comes first. The user hears the final response of the INVITE, 487 as a rule, or after 64·T1 a timeout. `fields`
   * go into the CANCEL: Reason (RFC 3326). Other methods end by themselves. RFC 3261 §9.1
   */
  cancel(fields: readonly HeaderField[] = []): void {
    if (this.method !== "INVITE" || this.#isOver) return;
    this.#cancel ??= new PendingCancel(this.#context, (invite) => this.#giveUp(invite));
    this.#cancel.want(fields, this.#transaction);
  }

  /** From the transaction of an attempt. */
  onResponse(response: SipResponse, transaction: ClientTransaction): void {
    this.#transaction = transaction;
    this.#isAnswered = true;
    if (response.isProvisional) {
      this.#cancel?.receiveProvisional(transaction);
      return this.#user.onResponse(response, transaction);
    }
    if (this.#rate(response)) return;
    this.#end();
    this.#user.onResponse(response, transaction);
  }

  /** From the transaction. Only a server that never answered may be passed over (RFC 3263 §4.3). */
  onTimeout(transaction: ClientTransaction): void {
    this.#transaction = transaction;
    if (!this.#isAnswered && this.#hop !== undefined) {
      this.#context.locator.reportFailure(this.#hop);
      if (this.#failOver()) return;
    }
    this.#end();
    this.#user.onTimeout(transaction);
  }

  /** From the transaction. */
  onTransportError(error: EngineError, transaction: ClientTransaction): void {
    this.#transaction = transaction;
    if (this.#isOver) return; // the ACK of a failure could not be sent: the user has its answer
    if (!this.#isAnswered && this.#hop !== undefined) {
      if (this.#mayFallBack && error.code === "transport.refused" && this.#fallBack(this.#hop)) return;
      this.#context.locator.reportFailure(this.#hop);
      if (this.#failOver()) return;
    }
    this.#end();
    this.#user.onTransportError(error, transaction);
  }

  /** From the transaction. */
  onTerminated(transaction: ClientTransaction): void {
    this.#user.onTerminated?.(transaction);
  }

  /**
   * Its user hears no more of it: for one that has no use for what the transaction may still bring, a further 2xx for half a
   * minute at most, and need not be kept for that. Without effect before the end.
   */
  releaseUser(): void {
    if (!this.#isOver) return;
    this.#user = nobody;
    this.#transaction?.releaseRequest();
  }

  get #isCancelled(): boolean {
    return this.#cancel?.isWanted === true;
  }

  #receiveHops(hops: readonly NextHop[]): void {
    if (this.#isCancelled) return this.#tellCancelled();
    if (!this.#tryHops(hops)) this.#tellNotSent(this.#failure());
  }

  #tryHops(hops: readonly NextHop[]): boolean {
    const barred = this.method === "BYE" ? "last" : "never";
    this.#cursor = this.#context.locator.cursor(hops, { barred });
    return this.#tryNext();
  }

  /** Sends to the next server that can be called. False when there is none left. */
  #tryNext(): boolean {
    for (let hop = this.#cursor?.next(); hop !== undefined; hop = this.#cursor?.next()) {
      if (this.#tryHop(hop)) return true;
    }
    return false;
  }

  #tryHop(hop: NextHop): boolean {
    try {
      this.#hop = hop;
      this.#begin((branch) => prepareAttempt(this.#context.transport, hop, this.#plan(branch)));
      return true;
    } catch (error) {
      this.#lastError = asEngineError(error);
      return false;
    }
  }

  #begin(prepare: (branch: string) => OutgoingAttempt): void {
    const { transactions } = this.#context;
    const branch = this.#options.createBranch?.() ?? transactions.createBranch();
    const { request, connection, mayFallBack } = prepare(branch);
    this.#isAnswered = false;
    this.#mayFallBack = mayFallBack;
    this.#transaction = undefined;
    const transaction = transactions.send(request, connection, this, { branch });
    // A send that failed at once has gone on to another server by now.
    this.#transaction ??= transaction;
  }

  #plan(branch: string): { draft: SipRequest; branch: string; options: AttemptOptions } {
    return { draft: this.#unsent(), branch, options: this.#options };
  }

  /** Tells the locator how the server did. True when the request went on to another one. */
  #rate(response: SipResponse): boolean {
    const { locator } = this.#context;
    if (this.#hop === undefined || this.#isOver) return false;
    if (response.statusCode !== 503) {
      locator.reportSuccess(this.#hop);
      return false;
    }
    locator.reportFailure(this.#hop, { retryAfter: retryAfterOf(response) });
    return this.#failOver();
  }

  /** The same server once more, by UDP in spite of the size (RFC 3261 §18.1.1). */
  #fallBack(hop: NextHop): boolean {
    if (this.#isCancelled) return false;
    this.#context.transport.protocolRefused(hop);
    return this.#tryHop(hop);
  }

  #failOver(): boolean {
    const failed = this.#transaction;
    const failedHop = this.#hop;
    if (this.#isCancelled || this.#isOver) return false;
    if (this.#tryNext()) return true;
    this.#transaction = failed;
    this.#hop = failedHop;
    return false;
  }

  #giveUp(invite: ClientTransaction): void {
    if (this.#isOver) return;
    invite.terminate();
    this.#end();
    this.#user.onTimeout(invite);
  }

  #unsent(): SipRequest {
    if (this.#draft !== undefined) return this.#draft;
    throw new EngineError("transaction.state", { detail: `the ${this.method} is over and its draft no longer kept` });
  }

  /** Whoever needs the request from now on finds it in its transaction. */
  #end(): void {
    this.#isOver = true;
    if (this.#transaction !== undefined) this.#draft = undefined;
    this.#cursor = undefined;
    this.#options = none;
    this.#cancel?.stop();
  }

  #failure(): EngineError {
    const seconds = this.#cursor?.retryAfter ?? 0;
    const detail = `every server asked not to be used for another ${seconds} s`;
    return this.#lastError ?? new EngineError("locate.barred", { detail });
  }

  /** The end of a chain of promises: nobody above could catch what the user throws. */
  #tellCancelled(): void {
    this.#tellNotSent(new EngineError("transaction.cancelled", { detail: "no server was chosen yet" }));
  }

  #tellNotSent(error: EngineError): void {
    this.#end();
    try {
      this.#user.onNotSent(error, this);
    } catch (failure) {
      this.#context.log.error({ error: failure, method: this.method }, "the user of a request failed");
    }
  }
}

function asEngineError(error: unknown): EngineError {
  if (isEngineError(error)) return error;
  return new EngineError("transport.failed", { detail: String(error), cause: error });
}

/** Seconds of the Retry-After; one that cannot be read counts for none. */
function retryAfterOf(response: SipResponse): number | undefined {
  const text = response.field("retry-after")?.text;
  const seconds = text === undefined ? Number.NaN : Number.parseInt(text, 10);
  return Number.isNaN(seconds) ? undefined : seconds;
}
