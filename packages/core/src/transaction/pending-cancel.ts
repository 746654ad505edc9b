import type { Clock, TimerHandle } from "../clock/clock.js";
import type { HeaderField } from "../message/header-field.js";
import type { ClientTransaction } from "./client-transaction.js";
import { cancelRequest } from "./failure-ack.js";
import { transactionTimeout } from "./timer-values.js";
import type { TransactionLayer } from "./transaction-layer.js";
import type { ClientTransactionUser } from "./transaction-user.js";

/** Hears when a cancelled INVITE got no final response within 64·T1 of its CANCEL. */
export type GivenUpCallback = (invite: ClientTransaction) => void;

/** What became of the CANCEL itself tells nothing: the INVITE has its own final response (RFC 3261 §9.1). */
const heedless: ClientTransactionUser = { onResponse: () => {}, onTimeout: () => {}, onTransportError: () => {} };

/**
 * The CANCEL of an INVITE: held back until a provisional response has come, never sent after a final one, and a term set to
 * the INVITE once it was sent. RFC 3261 §9.1
 */
export class PendingCancel {
  readonly #transactions: TransactionLayer;
  readonly #clock: Clock;
  readonly #onGivenUp: GivenUpCallback;
  #fields: readonly HeaderField[] | undefined;
  #invite: ClientTransaction | undefined;
  #timer: TimerHandle | undefined;

  static readonly #onTimer = (self: PendingCancel): void => self.#giveUp();

  constructor(parts: { readonly transactions: TransactionLayer; readonly clock: Clock }, onGivenUp: GivenUpCallback) {
    this.#transactions = parts.transactions;
    this.#clock = parts.clock;
    this.#onGivenUp = onGivenUp;
  }

  /** Whether the INVITE is to end. */
  get isWanted(): boolean {
    return this.#fields !== undefined;
  }

  /** Wants the INVITE to end. `fields`, such as Reason (RFC 3326), go into the CANCEL. */
  want(fields: readonly HeaderField[], invite: ClientTransaction | undefined): void {
    if (this.#fields !== undefined) return;
    this.#fields = fields;
    if (invite?.state === "proceeding") this.#send(invite, fields);
  }

  /** A provisional response came: now the CANCEL may go. */
  receiveProvisional(invite: ClientTransaction): void {
    if (this.#fields !== undefined && this.#invite === undefined) this.#send(invite, this.#fields);
  }

  /** The INVITE is over. */
  stop(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #send(invite: ClientTransaction, fields: readonly HeaderField[]): void {
    this.#invite = invite;
    const timeout = transactionTimeout(this.#transactions.timers);
    this.#timer = this.#clock.setTimeout(PendingCancel.#onTimer, timeout, this);
    this.#transactions.sendCancel(cancelRequest(invite.request).addFields(fields), invite, heedless);
  }

  #giveUp(): void {
    this.#timer = undefined;
    if (this.#invite !== undefined) this.#onGivenUp(this.#invite);
  }
}
