import type { EngineError } from "../errors/engine-error.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";
import type { Connection } from "../transport/transport.js";
import type { ServerTransactionUser } from "./transaction-user.js";

/** A request received and the answers to it (RFC 3261 §17.2). */
export interface ServerTransaction {
  readonly kind: "server";
  readonly request: SipRequest;
  /** The connection the request came by. */
  readonly connection: Connection;
  readonly state: string;
  /** Status of the last response sent; 0 before the first. */
  readonly lastStatusCode: number;
  readonly isTerminated: boolean;
  /** Who hears what becomes of the answer. */
  user: ServerTransactionUser | undefined;
  /**
   * Sends a response. `done` is called once the transport took it.
   * @throws EngineError `transaction.state` when the machine does not allow this response now
   */
  respond(response: SipResponse, done?: (error?: EngineError) => void): void;
  /** The same request came again. */
  receiveRetransmission(): void;
}
