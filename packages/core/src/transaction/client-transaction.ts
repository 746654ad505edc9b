import type { SipRequest } from "../message/sip-request.js";
import type { Connection } from "../transport/transport.js";

/** A request sent and the wait for its answer (RFC 3261 §17.1). */
export interface ClientTransaction {
  readonly kind: "client";
  readonly method: string;
  /**
   * The request as it was sent, our Via on top.
   * @throws EngineError `transaction.state` after `releaseRequest`
   */
  readonly request: SipRequest;
  readonly branch: string;
  readonly connection: Connection;
  readonly state: string;
  /** Status of the last response that was passed up; 0 before the first. */
  readonly lastStatusCode: number;
  readonly isTerminated: boolean;
  /**
   * Lets go of the request once a final response has come. An accepted INVITE waits 32 s for other 2xx: a proxy, which does
   * not need its request for them, saves the memory.
   */
  releaseRequest(): void;
  /** Ends the transaction without telling its user: an INVITE that nobody answers after its CANCEL (RFC 3261 §9.1). */
  terminate(): void;
}
