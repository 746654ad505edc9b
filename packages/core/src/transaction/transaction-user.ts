import type { EngineError } from "../errors/engine-error.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";
import type { Connection } from "../transport/transport.js";
import type { ClientTransaction } from "./client-transaction.js";
import type { ServerTransaction } from "./server-transaction.js";

/** Who takes what no transaction knows yet: user agent core, proxy core or container (RFC 3261 §5 "TU"). */
export interface TransactionUser {
  /**
   * Asked before a transaction is made for a new request, other than ACK and CANCEL. `false`: none is made; whoever says so
   * dropped the request or answered it by `replyStatelessly` (RFC 3261 §8.2.7).
   */
  admits?(request: SipRequest, connection: Connection): boolean;
  /** A new request; answer it through the transaction, now or later. */
  onRequest(transaction: ServerTransaction): void;
  /** A CANCEL, and the transaction it wants to end when there is one (RFC 3261 §9.2). The user answers both. */
  onCancel(cancel: ServerTransaction, cancelled: ServerTransaction | undefined): void;
  /** An ACK for a 2xx, or one that matches nothing; never answered. `transaction` is the INVITE it came by, if known. */
  onAck(ack: SipRequest, connection: Connection, transaction: ServerTransaction | undefined): void;
  /**
   * A response to us that matches no client transaction. Whoever is no stateless proxy drops it (RFC 6026 §8.9).
   */
  onStrayResponse?(response: SipResponse, connection: Connection): void;
  /**
   * A stream connection ended, after the transactions on it were told: what hangs on the flow, a binding or a registration,
   * is gone with it (RFC 5626 §4.2, §6).
   */
  onConnectionClosed?(connection: Connection, error: EngineError | undefined): void;
}

/**
 * Who sent a request and hears what becomes of it. When the transport refuses the request at once, the user hears of that
 * before `send` returns.
 */
export interface ClientTransactionUser {
  /** Each provisional, the final, and after a 2xx to INVITE every further 2xx (RFC 6026 §7.2). */
  onResponse(response: SipResponse, transaction: ClientTransaction): void;
  /** No final response came in time: act as for 408 (RFC 3261 §8.1.3.1). */
  onTimeout(transaction: ClientTransaction): void;
  /** The request could not be sent, or its ACK: act as for 503 unless a final response came (RFC 3261 §8.1.3.1). */
  onTransportError(error: EngineError, transaction: ClientTransaction): void;
  /** The transaction is gone. */
  onTerminated?(transaction: ClientTransaction): void;
}
