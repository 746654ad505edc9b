import type { SipSession } from "../api/object-model.js";
import type { Observers } from "../concurrency/observers.js";
import type { TransactionEnd } from "../spi/container-observer.js";
import type { Ongoing } from "./ongoing.js";

const ends = new WeakMap<Ongoing, TransactionEnd>();

/** Tells observers that a transaction of a session begins. */
export function observeTransaction(observers: Observers, transaction: Ongoing, session: SipSession): void {
  const { method, sequenceNumber, isServer } = transaction;
  const end = observers.onTransaction({ session, method, sequenceNumber, isServer });
  if (end !== undefined) ends.set(transaction, end);
}

/** Tells those who wanted to hear of its end. */
export function endObservedTransaction(transaction: Ongoing): void {
  const end = ends.get(transaction);
  ends.delete(transaction);
  end?.(transaction.finalResponse?.status);
}
