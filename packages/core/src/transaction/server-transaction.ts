import type { EngineError } from "../errors/engine-error.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";
import type { Connection } from "../transport/transport.js";
import type { SendCallback } from "./transaction-context.js";

/** A request received and the answers to it (RFC 3261 §17.2). */
export interface ServerTransaction {
  readonly kind: "server";
  readonly method: string;
  /** Names the transaction among those of this element. */
  readonly key: string;
  /**
   * The request, until a final response was sent, and to the end of the call that brings it: then the transaction waits up
   * to 32 s for repeats and keeps no more than its response. Whoever needs the request longer holds it.
   * @throws EngineError `transaction.state` later
   */
  readonly request: SipRequest;
  /** The connection the request came by. */
  readonly connection: Connection;
  readonly state: string;
  /** Status of the last response sent; 0 before the first. */
  readonly lastStatusCode: number;
  readonly isTerminated: boolean;
  /** What `MergedRequests` knows it by, once it was asked. */
  mergeKey?: string | undefined;
  /** Who hears what becomes of the answer. */
  user: ServerTransactionUser | undefined;
  /**
   * Sends a response. `done` is called once: when the transport took it, or with what went wrong. To a request other than
   * INVITE a 408, a 100 before its time and a second final response are not sent (RFC 4320 §4, RFC 3261 §17.2.2); `done`
   * is called all the same.
   * @throws EngineError `transaction.state` when the machine does not allow this response now
   */
  respond(response: SipResponse, done?: SendCallback): void;
}

/** Who answers a request and hears what becomes of the answer. */
export interface ServerTransactionUser {
  /** A response could not be sent; the transaction stays (RFC 6026 §8.8). */
  onTransportError?(error: EngineError, transaction: ServerTransaction): void;
  /** No ACK came for a 300–699 answer to an INVITE (timer H). */
  onTimeout?(transaction: ServerTransaction): void;
  /** The transaction is gone. */
  onTerminated?(transaction: ServerTransaction): void;
}
