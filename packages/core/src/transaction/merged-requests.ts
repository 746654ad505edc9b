import type { SipRequest } from "../message/sip-request.js";
import type { ServerTransaction } from "./server-transaction.js";

/**
 * Finds requests that came by several paths: no To tag, and From tag, Call-ID and CSeq of a transaction that lives and is
 * another one. RFC 3261 §8.2.2.2. A user agent answers them by 482; a proxy does not ask.
 */
export class MergedRequests {
  readonly #first = new Map<string, ServerTransaction>();

  /**
   * Tells whether a new request is a copy of one that came before by another path. Ask once for each request, before it is
   * answered; requests inside a dialog cost nothing.
   */
  isMerged(transaction: ServerTransaction): boolean {
    const { request, method } = transaction;
    if (method === "ACK" || method === "CANCEL" || request.toTag !== undefined) return false;
    const key = mergeKey(request);
    if (key === undefined) return false;
    const first = this.#first.get(key);
    if (first !== undefined) return first !== transaction;
    this.#first.set(key, transaction);
    transaction.mergeKey = key;
    return false;
  }

  /** The transaction has ended; the transaction layer tells. */
  forget(transaction: ServerTransaction): void {
    if (transaction.mergeKey !== undefined) this.#first.delete(transaction.mergeKey);
  }

  /** How many requests are remembered. */
  get size(): number {
    return this.#first.size;
  }
}

function mergeKey(request: SipRequest): string | undefined {
  if (request.field("cseq") === undefined) return undefined;
  const { sequenceNumber } = request.cseq;
  return [request.callId, request.fromTag, sequenceNumber, request.method].join("\n");
}
