import type { ServerTransaction, ServerTransactionUser } from "@siplet/core";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { Lingering } from "../session/lingering.js";
import { existingUsage, type SessionUsage } from "./session-usage.js";

/**
 * Who hears of a transaction that nothing more is to be done for. A back-to-back user agent may still answer by further 2xx
 * (JSR 289 §12); once the transaction or the application session is over no answer can follow, and the request that it was
 * asked by goes as well.
 */
export class LastTransactionUser implements ServerTransactionUser, Lingering {
  readonly #transaction: ServerTransaction;
  readonly #session: ContainerSipSession;
  readonly #usages: readonly SessionUsage[];

  private constructor(transaction: ServerTransaction, session: ContainerSipSession, usages: readonly SessionUsage[]) {
    this.#transaction = transaction;
    this.#session = session;
    this.#usages = usages;
  }

  /** Takes over a transaction from its exchange, with the sessions of that. */
  static replace(transaction: ServerTransaction, sessions: readonly ContainerSipSession[]): void {
    transaction.user = undefined;
    const [session] = sessions;
    const usages = sessions.flatMap((each) => {
      const usage = existingUsage(each);
      return usage?.originalRequest === undefined ? [] : [usage];
    });
    if (session === undefined || usages.length === 0) return;
    const last = new LastTransactionUser(transaction, session, usages);
    if (transaction.isTerminated || !session.applicationSession.isOpen) return last.#forget();
    transaction.user = last;
    session.applicationSession.linger(last);
  }

  onTerminated(): void {
    this.#session.applicationSession.depart(this);
    this.#forget();
  }

  onSessionOver(): void {
    if (this.#transaction.user === this) this.#transaction.user = undefined;
    this.#forget();
  }

  #forget(): void {
    for (const usage of this.#usages) usage.originalRequest = undefined;
  }
}
