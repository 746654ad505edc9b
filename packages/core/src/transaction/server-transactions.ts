import type { SipRequest } from "../message/sip-request.js";
import { InviteServerTransaction } from "./invite-server-transaction.js";
import { NonInviteServerTransaction } from "./non-invite-server-transaction.js";
import type { ServerTransactionParts } from "./server-machine.js";
import type { ServerTransaction } from "./server-transaction.js";
import type { TransactionContext } from "./transaction-context.js";
import { acknowledgedKeys, cancelledKeys, isLegacy } from "./transaction-key.js";

/** A server transaction as the layer works it. */
export type ServerTransactionMachine = InviteServerTransaction | NonInviteServerTransaction;

/** All server transactions of an element, found by branch, sent-by and method (RFC 3261 §17.2.3). */
export class ServerTransactions {
  readonly #context: TransactionContext<ServerTransaction>;
  readonly #machines = new Map<string, ServerTransactionMachine>();

  constructor(context: TransactionContext<ServerTransaction>) {
    const onTerminated = (transaction: ServerTransaction): void => {
      this.#machines.delete(transaction.key);
      context.onTerminated(transaction);
    };
    this.#context = { ...context, onTerminated };
  }

  get size(): number {
    return this.#machines.size;
  }

  /** The transaction of that key: what a request, no ACK, repeats. */
  find(key: string): ServerTransactionMachine | undefined {
    return this.#machines.get(key);
  }

  /** The INVITE transaction whose branch an ACK carries. */
  findAcknowledged(ack: SipRequest, stem: string): InviteServerTransaction | undefined {
    for (const key of acknowledgedKeys(ack, stem)) {
      const machine = this.#machines.get(key);
      if (!(machine instanceof InviteServerTransaction)) continue;
      if (!isLegacy(ack) || machine.answerTag === undefined || machine.answerTag === ack.toTag) return machine;
    }
    return undefined;
  }

  /** The transaction that a CANCEL wants to end. */
  findCancelled(cancel: SipRequest, stem: string): ServerTransactionMachine | undefined {
    for (const key of cancelledKeys(cancel, stem)) {
      const machine = this.#machines.get(key);
      if (machine !== undefined) return machine;
    }
    return undefined;
  }

  /** Makes the transaction of a new request. */
  create(parts: ServerTransactionParts): ServerTransactionMachine {
    const Machine = parts.request.method === "INVITE" ? InviteServerTransaction : NonInviteServerTransaction;
    const machine = new Machine(parts, this.#context);
    this.#machines.set(parts.key, machine);
    return machine;
  }

  /** Ends all without a word to their users. */
  close(): void {
    for (const machine of this.#machines.values()) machine.terminate();
  }
}
