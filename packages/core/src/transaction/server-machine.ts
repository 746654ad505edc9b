import type { TimerHandle } from "../clock/clock.js";
import { EngineError } from "../errors/engine-error.js";
import { createResponse } from "../message/create-response.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";
import type { Connection } from "../transport/transport.js";
import type { ServerTransaction } from "./server-transaction.js";
import type { TransactionContext } from "./transaction-context.js";
import type { ServerTransactionUser } from "./transaction-user.js";

/** What both server machines share: sending, repeating, telling the user. */
export abstract class ServerMachine implements ServerTransaction {
  readonly kind = "server";
  readonly request: SipRequest;
  readonly connection: Connection;
  abstract readonly state: string;
  user: ServerTransactionUser | undefined;
  /** Another transaction of the same branch and sent-by: the CANCEL beside its INVITE. */
  sibling: ServerMachine | undefined;
  /** Where the layer keeps it. */
  readonly key: string;
  protected readonly context: TransactionContext<ServerMachine>;
  #bytes: Uint8Array | undefined;
  #answerTo: Connection | undefined;
  #lastStatusCode = 0;

  constructor(
    request: SipRequest,
    connection: Connection,
    key: string,
    context: TransactionContext<ServerMachine>,
  ) {
    this.request = request;
    this.connection = connection;
    this.key = key;
    this.context = context;
  }

  get isTerminated(): boolean {
    return this.state === "terminated";
  }

  get lastStatusCode(): number {
    return this.#lastStatusCode;
  }

  abstract respond(response: SipResponse, done?: (error?: EngineError) => void): void;
  abstract receiveRetransmission(): void;
  /** The user had its first chance to answer: start what repeats or sends 100 in its place. */
  abstract requestDelivered(): void;

  protected transmit(response: SipResponse, done?: (error?: EngineError) => void): void {
    this.#lastStatusCode = response.statusCode;
    const { sender } = this.context;
    this.#answerTo ??= sender.responseConnection(this.request, this.connection);
    const report = this.connection.transport.isReliable ? this.#reporter(done) : done;
    this.#bytes = sender.send(response, this.#answerTo, report);
  }

  /** Sends the last response again, as it was. */
  protected transmitAgain(): void {
    if (this.#bytes === undefined) return;
    const connection = this.context.sender.responseConnection(this.request, this.connection);
    this.context.sender.resend(this.#bytes, connection);
  }

  protected transmitTrying(): void {
    this.transmit(createResponse(this.request, 100).build());
  }

  protected refuse(response: SipResponse): never {
    const detail = `${response.statusCode} after ${this.#lastStatusCode} to ${this.request.method} in state ${this.state}`;
    throw new EngineError("transaction.state", { detail });
  }

  protected stop(timer: TimerHandle | undefined): undefined {
    if (timer !== undefined) this.context.clock.clearTimeout(timer);
    return undefined;
  }

  protected leave(): void {
    this.#bytes = undefined;
    this.context.onTerminated(this);
    this.user?.onTerminated?.(this);
  }

  #reporter(done: ((error?: EngineError) => void) | undefined): (error?: EngineError) => void {
    return (error) => {
      if (error !== undefined) this.user?.onTransportError?.(error, this);
      done?.(error);
    };
  }
}
