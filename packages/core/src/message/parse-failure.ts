import type { SipRequest } from "./sip-request.js";
import type { SipResponse } from "./sip-response.js";

/** Why bytes are no message one may work with. */
export interface ParseFailure {
  readonly kind: "failure";
  /** What is wrong, fit for a reason phrase or a log line. */
  readonly reason: string;
  /** Octet of the message where it was noticed. */
  readonly offset: number;
  /** The status an element answers a request with; a bad response is never answered. RFC 3261 §21.4.1, §21.5.6 */
  readonly statusCode: number;
  /** What could be read all the same: enough to answer when Via, From, To, Call-ID and CSeq are in it. */
  readonly message?: SipRequest | SipResponse;
}

/** Makes a failure; 400 unless another status fits better. */
export function parseFailure(reason: string, offset: number, statusCode = 400): ParseFailure {
  return { kind: "failure", reason, offset, statusCode };
}
