import type { SipRequest } from "../../message/sip-request.js";
import type { ReferOrder } from "../refer/refer-order.js";

/** Who carries out what is decided about a REFER. */
export interface ReferDecision {
  /** Answer 2xx; gives the function that tells how the request fares. */
  onAccept(seconds: number | undefined): ReferReport;
  onReject(statusCode: number, reason: string | undefined): void;
}

/** Tells the one who sent a REFER how its request fares; 200–699 is the end. */
export type ReferReport = (statusCode: number, reason?: string) => void;

/** A REFER that waits for a decision. RFC 3515 §2.4.2 */
export class IncomingRefer {
  readonly request: SipRequest;
  readonly order: ReferOrder;
  readonly #decision: ReferDecision;
  #isDecided = false;

  constructor(request: SipRequest, order: ReferOrder, decision: ReferDecision) {
    this.request = request;
    this.order = order;
    this.#decision = decision;
  }

  /** Whether it was accepted or rejected. */
  get isDecided(): boolean {
    return this.#isDecided;
  }

  /**
   * Takes the order: 202, and a NOTIFY at once where a subscription is wanted. Gives the function to report by; without
   * subscription it does nothing. `seconds` is how long the reports may last. Undefined when it was decided before.
   */
  accept(seconds?: number): ReferReport | undefined {
    if (this.#isDecided) return undefined;
    this.#isDecided = true;
    return this.#decision.onAccept(seconds);
  }

  /** Refuses the order: 603 unless another status fits better. Without effect when it was decided before. */
  reject(statusCode = 603, reason?: string): void {
    if (this.#isDecided) return;
    this.#isDecided = true;
    this.#decision.onReject(statusCode, reason);
  }
}
