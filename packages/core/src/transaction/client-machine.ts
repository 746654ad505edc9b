import type { TimerHandle } from "../clock/clock.js";
import type { EngineError } from "../errors/engine-error.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";
import type { Connection } from "../transport/transport.js";
import type { ClientTransaction } from "./client-transaction.js";
import type { TransactionContext } from "./transaction-context.js";
import type { ClientTransactionUser } from "./transaction-user.js";

/** What a client transaction is made of. */
export interface ClientTransactionParts {
  readonly request: SipRequest;
  readonly branch: string;
  readonly connection: Connection;
  readonly user: ClientTransactionUser;
}

/** What both client machines share: sending, repeating, telling the user. */
export abstract class ClientMachine implements ClientTransaction {
  readonly kind = "client";
  readonly request: SipRequest;
  readonly branch: string;
  readonly connection: Connection;
  abstract readonly state: string;
  protected readonly context: TransactionContext<ClientTransaction>;
  readonly #user: ClientTransactionUser;
  readonly #onSent = (error?: EngineError): void => {
    if (error !== undefined) this.receiveTransportError(error);
  };
  #bytes: Uint8Array | undefined;

  constructor(parts: ClientTransactionParts, context: TransactionContext<ClientTransaction>) {
    this.request = parts.request;
    this.branch = parts.branch;
    this.connection = parts.connection;
    this.#user = parts.user;
    this.context = context;
  }

  get isTerminated(): boolean {
    return this.state === "terminated";
  }

  abstract start(): void;
  abstract receiveResponse(response: SipResponse): void;
  abstract receiveTransportError(error: EngineError): void;
  abstract terminate(): void;

  /** Sends the request, or sends it again as it was. */
  protected transmit(): void {
    const { sender } = this.context;
    if (this.#bytes === undefined)
      this.#bytes = sender.send(this.request, this.connection, this.#onSent);
    else sender.resend(this.#bytes, this.connection, this.#onSent);
  }

  /** Sends something else on the same path: the ACK of a failure. */
  protected transmitOther(request: SipRequest): void {
    this.context.sender.send(request, this.connection, this.#onSent);
  }

  protected passUp(response: SipResponse): void {
    this.#user.onResponse(response, this);
  }

  protected tellTimeout(): void {
    this.#user.onTimeout(this);
  }

  protected tellTransportError(error: EngineError): void {
    this.#user.onTransportError(error, this);
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
}
