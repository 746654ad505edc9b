import type { SipRequest } from "../message/sip-request.js";
import type { Connection } from "../transport/transport.js";
import { InviteServerTransaction } from "./invite-server-transaction.js";
import { NonInviteServerTransaction } from "./non-invite-server-transaction.js";
import type { ServerTransaction } from "./server-transaction.js";
import type { TransactionContext } from "./transaction-context.js";
import { acknowledgedKeys, cancelledKeys, isLegacyStem, serverTransactionKey } from "./transaction-key.js";

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

  /** The transaction that this request, no ACK, repeats. */
  find(request: SipRequest, stem: string): ServerTransactionMachine | undefined {
    return this.#machines.get(serverTransactionKey(request, stem));
  }

  /** The INVITE transaction whose branch an ACK carries. */
  findAcknowledged(ack: SipRequest, stem: string): InviteServerTransaction | undefined {
    for (const key of acknowledgedKeys(ack, stem)) {
      const machine = this.#machines.get(key);
      if (!(machine instanceof InviteServerTransaction)) continue;
      if (!isLegacyStem(stem) || machine.answerTag === undefined || machine.answerTag === ack.toTag) return machine;
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
  create(request: SipRequest, connection: Connection, stem: string): ServerTransactionMachine {
    const key = serverTransactionKey(request, stem);
    const Machine = request.method === "INVITE" ? InviteServerTransaction : NonInviteServerTransaction;
    const machine = new Machine({ request, connection, key, isLegacy: isLegacyStem(stem) }, this.#context);
    this.#machines.set(key, machine);
    return machine;
  }

  /** Ends all without a word to their users. */
  close(): void {
    for (const machine of this.#machines.values()) machine.terminate();
  }
}
