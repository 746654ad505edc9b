import type { EngineError } from "../errors/engine-error.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";
import type { Connection } from "../transport/transport.js";

/** A request sent and the wait for its answer (RFC 3261 §17.1). */
export interface ClientTransaction {
  readonly kind: "client";
  /** The request as it was sent, our Via on top. */
  readonly request: SipRequest;
  readonly branch: string;
  readonly connection: Connection;
  readonly state: string;
  readonly isTerminated: boolean;
  /** Sends the request for the first time. */
  start(): void;
  /** A response that belongs here, from the transport. */
  receiveResponse(response: SipResponse): void;
  /** The transport failed. */
  receiveTransportError(error: EngineError): void;
  /** Ends the transaction without telling its user: an INVITE that nobody answers after its CANCEL (RFC 3261 §9.1). */
  terminate(): void;
}
