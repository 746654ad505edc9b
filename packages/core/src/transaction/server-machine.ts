import type { TimerHandle } from "../clock/clock.js";
import { EngineError, isEngineError } from "../errors/engine-error.js";
import { createResponse } from "../message/create-response.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";
import type { Connection } from "../transport/transport.js";
import type { ServerTransaction, ServerTransactionUser } from "./server-transaction.js";
import { StateMachine } from "./state-machine.js";
import type { SendCallback, TransactionContext } from "./transaction-context.js";
import type { TransitionTable } from "./transition-table.js";

/** What a server transaction is made of. */
export interface ServerTransactionParts {
  readonly request: SipRequest;
  readonly connection: Connection;
  /** Where the layer keeps it. */
  readonly key: string;
  /** Whether it is known by RFC 2543: then its ACK is told by the To tag. */
  readonly isLegacy?: boolean;
}

/** A response on its way out. */
export interface Answer {
  readonly response: SipResponse;
  readonly done: SendCallback | undefined;
}

/** What an event may bring: a response to send, or why the transport failed. */
export type ServerSubject = Answer | EngineError;

/** What both server machines share: sending, repeating, telling the user. */
export abstract class ServerMachine<State extends string, Event extends string, Action extends string>
  extends StateMachine<State | "terminated", Event | "transportError" | "terminate", Action, ServerSubject>
  implements ServerTransaction
{
  readonly kind = "server";
  readonly method: string;
  readonly connection: Connection;
  readonly key: string;
  mergeKey: string | undefined;
  user: ServerTransactionUser | undefined;
  protected readonly context: TransactionContext<ServerTransaction>;
  #request: SipRequest | undefined;
  #path: Connection | undefined;
  readonly #isLegacy: boolean;
  #answerTag: string | undefined;
  #lastStatusCode = 0;
  #isDelivered = false;
  /**
   * The last response as it left. A final one is kept as text, one character for each octet: it waits for long, and its
   * octets would keep the whole page of the buffer pool that they stand in.
   */
  #sent: Uint8Array | string | undefined;

  constructor(
    table: TransitionTable<State | "terminated", Event | "transportError" | "terminate", Action>,
    start: State,
    parts: ServerTransactionParts,
    context: TransactionContext<ServerTransaction>,
  ) {
    super(table, start);
    this.method = parts.request.method;
    this.connection = parts.connection;
    this.key = parts.key;
    this.context = context;
    this.#isLegacy = parts.isLegacy ?? false;
    this.#request = parts.request;
  }

  abstract respond(response: SipResponse, done?: SendCallback): void;

  /** The same request came again. */
  abstract receiveRetransmission(): void;

  /** Nothing was answered yet: start what sends 100 in the user's place. */
  protected abstract startTrying(): void;

  get request(): SipRequest {
    if (this.#request !== undefined) return this.#request;
    const detail = `the ${this.method} is answered by ${this.#lastStatusCode} and no longer kept; hold it where you need it`;
    throw new EngineError("transaction.state", { detail });
  }

  get lastStatusCode(): number {
    return this.#lastStatusCode;
  }

  /** The To tag of our answer, where an ACK is told by it (RFC 3261 §17.2.3). */
  get answerTag(): string | undefined {
    return this.#answerTag;
  }

  get isTerminated(): boolean {
    return this.state === "terminated";
  }

  /** The call that brought the request to its user is over: the user had its first chance to answer. */
  endDelivery(): void {
    this.#isDelivered = true;
    if (this.#lastStatusCode >= 200 || this.isTerminated) this.#release();
    else if (this.#lastStatusCode === 0) this.startTrying();
  }

  /** Ends the transaction without telling its user. */
  terminate(): void {
    this.handle("terminate");
  }

  protected transmit(answer: ServerSubject | undefined): void {
    if (answer === undefined || isEngineError(answer)) return;
    const { response, done } = answer;
    this.#lastStatusCode = response.statusCode;
    if (this.#isLegacy) this.#answerTag = response.toTag;
    try {
      const bytes = this.context.sender.send(response, this.#usedPath(), this.#reporter(done));
      this.#sent = response.isProvisional ? bytes : this.#finalText(bytes, response);
    } catch (cause) {
      this.#fail(cause, done);
    }
    if (!response.isProvisional) this.#release();
  }

  /** Sends the last response again, as it was. */
  protected transmitAgain(): void {
    const sent = this.#sent;
    if (sent === undefined) return;
    const bytes = typeof sent === "string" ? Buffer.from(sent, "latin1") : sent;
    try {
      this.context.sender.resend(bytes, this.#usedPath(), this.#reporter(undefined));
    } catch (cause) {
      this.#fail(cause, undefined);
    }
  }

  protected transmitTrying(): void {
    this.transmit({ response: createResponse(this.request, 100).build(), done: undefined });
  }

  /** The transaction is done without an answer: nothing will be repeated. */
  protected discard(answer: ServerSubject | undefined): void {
    if (answer === undefined || isEngineError(answer)) return;
    this.#lastStatusCode = answer.response.statusCode;
    this.#sent = undefined;
    this.#release();
    this.confirm(answer);
  }

  /** The response is not sent, and that is right. */
  protected confirm(answer: ServerSubject | undefined): void {
    if (answer !== undefined && !isEngineError(answer)) answer.done?.();
  }

  protected refuse(response: SipResponse): never {
    const detail = `${response.statusCode} after ${this.#lastStatusCode} to ${this.method} in state ${this.state}`;
    throw new EngineError("transaction.state", { detail });
  }

  protected tellTransportError(error: ServerSubject | undefined): void {
    if (isEngineError(error)) this.user?.onTransportError?.(error, this);
  }

  protected stop(timer: TimerHandle | undefined): undefined {
    if (timer !== undefined) this.context.clock.clearTimeout(timer);
    return undefined;
  }

  protected leave(): void {
    this.#sent = undefined;
    this.#path = undefined;
    this.#release();
    this.context.onTerminated(this);
    this.user?.onTerminated?.(this);
  }

  protected override onActionFailed(error: unknown): void {
    this.context.log.error({ error, method: this.method, key: this.key }, "the user of a transaction failed");
  }

  /** Repeats of an INVITE are absorbed once it is accepted: its 2xx is never sent again from here (RFC 6026 §7.1). */
  #finalText(bytes: Uint8Array, response: SipResponse): string | undefined {
    return this.method === "INVITE" && response.isSuccess ? undefined : textOf(bytes);
  }

  /** Within the call that brings the request to its user, the user may look at it to the end. */
  #release(): void {
    if (this.#isDelivered) this.#request = undefined;
  }

  #usedPath(): Connection {
    return (this.#path ??= this.context.sender.responseConnection(this.request, this.connection));
  }

  /** A send that throws has failed like any other. */
  #fail(cause: unknown, done: SendCallback | undefined): void {
    const error = isEngineError(cause) ? cause : new EngineError("transport.failed", { detail: String(cause), cause });
    this.handle("transportError", error);
    done?.(error);
  }

  /** A callback is made only where somebody listens: on UDP it costs a tick for each message. */
  #reporter(done: SendCallback | undefined): SendCallback | undefined {
    if (this.user?.onTransportError === undefined) return done;
    return (error) => {
      if (error !== undefined) this.handle("transportError", error);
      done?.(error);
    };
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
