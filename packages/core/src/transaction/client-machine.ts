import type { TimerHandle } from "../clock/clock.js";
import { EngineError, isEngineError } from "../errors/engine-error.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";
import type { Connection } from "../transport/transport.js";
import type { ClientTransaction } from "./client-transaction.js";
import { StateMachine } from "./state-machine.js";
import type { TransactionContext } from "./transaction-context.js";
import type { ClientTransactionUser } from "./transaction-user.js";
import type { TransitionTable } from "./transition-table.js";

/** What a client transaction is made of. */
export interface ClientTransactionParts {
  readonly request: SipRequest;
  readonly branch: string;
  readonly connection: Connection;
  readonly user: ClientTransactionUser;
}

/** What an event may bring: the response that came, or why the transport failed. */
export type ClientSubject = SipResponse | EngineError;

/** What both client machines share: sending, repeating, telling the user. */
export abstract class ClientMachine<State extends string, Event extends string, Action extends string>
  extends StateMachine<State | "terminated", Event | "transportError" | "terminate", Action, ClientSubject>
  implements ClientTransaction
{
  readonly kind = "client";
  readonly method: string;
  readonly branch: string;
  readonly connection: Connection;
  protected readonly context: TransactionContext<ClientTransaction>;
  readonly #user: ClientTransactionUser;
  #request: SipRequest | undefined;
  #bytes: Uint8Array | undefined;
  #lastStatusCode = 0;

  constructor(
    table: TransitionTable<State | "terminated", Event | "transportError" | "terminate", Action>,
    start: State,
    parts: ClientTransactionParts,
    context: TransactionContext<ClientTransaction>,
  ) {
    super(table, start);
    this.method = parts.request.method;
    this.branch = parts.branch;
    this.connection = parts.connection;
    this.context = context;
    this.#request = parts.request;
    this.#user = parts.user;
  }

  /** Sends the request for the first time. */
  abstract start(): void;

  /** A response that belongs here, from the transport. */
  abstract receiveResponse(response: SipResponse): void;

  get request(): SipRequest {
    if (this.#request !== undefined) return this.#request;
    throw new EngineError("transaction.state", { detail: `the ${this.method} of ${this.branch} was released` });
  }

  get lastStatusCode(): number {
    return this.#lastStatusCode;
  }

  get isTerminated(): boolean {
    return this.state === "terminated";
  }

  releaseRequest(): void {
    if (this.#lastStatusCode >= 200 || this.isTerminated) this.#request = undefined;
  }

  /** The transport failed. */
  receiveTransportError(error: EngineError): void {
    this.handle("transportError", error);
  }

  terminate(): void {
    this.handle("terminate");
  }

  /** Sends the request, or sends it again as it was. */
  protected transmit(): void {
    const { sender } = this.context;
    this.guard(() => {
      if (this.#bytes === undefined) this.#bytes = sender.send(this.request, this.connection, this.onSent);
      else sender.resend(this.#bytes, this.connection, this.onSent);
    });
  }

  /** Nothing is repeated from now on. */
  protected forgetBytes(): void {
    this.#bytes = undefined;
  }

  /** What became of a send. */
  protected readonly onSent = (error?: EngineError): void => {
    if (error !== undefined) this.receiveTransportError(error);
  };

  /** A send that throws has failed like any other. */
  protected guard(send: () => void): void {
    try {
      send();
    } catch (cause) {
      const error = isEngineError(cause)
        ? cause
        : new EngineError("transport.failed", { detail: String(cause), cause });
      this.receiveTransportError(error);
    }
  }

  protected passUp(response: ClientSubject | undefined): void {
    if (response === undefined || isEngineError(response)) return;
    this.#lastStatusCode = response.statusCode;
    this.#user.onResponse(response, this);
  }

  protected tellTimeout(): void {
    this.#user.onTimeout(this);
  }

  protected tellTransportError(error: ClientSubject | undefined): void {
    if (isEngineError(error)) this.#user.onTransportError(error, this);
  }

  protected stop(timer: TimerHandle | undefined): undefined {
    if (timer !== undefined) this.context.clock.clearTimeout(timer);
    return undefined;
  }

  protected leave(): void {
    this.#bytes = undefined;
    this.context.onTerminated(this);
    this.#user.onTerminated?.(this);
  }

  protected override onActionFailed(error: unknown): void {
    this.context.log.error({ error, method: this.method, branch: this.branch }, "the user of a transaction failed");
  }
}
