import type { SipResponse } from "../../message/sip-response.js";
import { responseNumberOf } from "../response-number.js";

/**
 * What a provisional response is to the caller: new; a reliable one that came before, or one ahead of its turn, both to be
 * passed over (RFC 3262 §4).
 */
export type ProvisionalStanding = "new" | "repeat" | "gap";

/** The order of the reliable provisional responses of one early dialog, as the caller receives them. RFC 3262 §4 */
export class ReceivedProvisionals {
  #last: number | undefined;

  /** RSeq of the last one taken; undefined before the first. */
  get lastNumber(): number | undefined {
    return this.#last;
  }

  /** Takes a provisional response. Unreliable ones are always new. */
  receive(response: SipResponse): ProvisionalStanding {
    const number = responseNumberOf(response);
    if (number === undefined) return "new";
    if (this.#last !== undefined && number !== this.#last + 1) return number <= this.#last ? "repeat" : "gap";
    this.#last = number;
    return "new";
  }
}
