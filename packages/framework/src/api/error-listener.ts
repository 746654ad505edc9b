import type { SipServletRequest, SipServletResponse } from "./object-model.js";

/** A response was never acknowledged. JSR 289 §8. */
export interface SipErrorEvent {
  /** The INVITE. */
  readonly request: SipServletRequest;
  /** The 2xx that got no ACK, or the reliable provisional response that got no PRACK. */
  readonly response: SipServletResponse;
}

/** What went wrong after a response was sent. Every method is optional. JSR: `SipErrorListener`, JSR 289 §8. */
export abstract class SipErrorListener {
  /** No ACK within 64·T1; the application should send BYE. RFC 3261 §13.3.1.4. */
  noAckReceived?(event: SipErrorEvent): void | Promise<void>;
  /** No PRACK within 64·T1; the application should answer 5xx. RFC 3262 §3. */
  noPrackReceived?(event: SipErrorEvent): void | Promise<void>;
}
