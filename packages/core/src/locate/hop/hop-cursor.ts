import type { NextHop } from "./next-hop.js";
import type { ServerPenalties } from "./server-penalties.js";

/** How a cursor treats servers that asked for a rest. */
export interface HopCursorOptions {
  /**
   * `never` (default) leaves barred servers out, as RFC 3261 §21.5.4 asks; `last` tries them when nothing else is left,
   * for requests that must not be lost, such as a BYE.
   */
  readonly barred?: "never" | "last";
}

/**
 * Walks through the hops of one request: first those that are in order, then those that failed lately. Each hop comes
 * once; its standing is looked at when its turn comes. RFC 3263 §4.3.
 */
export class HopCursor {
  readonly #penalties: ServerPenalties;
  readonly #useBarred: boolean;
  readonly #hops: readonly NextHop[];
  #index = 0;
  readonly #penalised: NextHop[] = [];
  readonly #barred: NextHop[] = [];
  #current: NextHop | undefined;

  constructor(hops: readonly NextHop[], penalties: ServerPenalties, options: HopCursorOptions = {}) {
    this.#hops = hops;
    this.#penalties = penalties;
    this.#useBarred = options.barred === "last";
  }

  /** The hop that `next` gave last: where the CANCEL and the ACK of a failed INVITE go too. */
  get current(): NextHop | undefined {
    return this.#current;
  }

  /** The next server to try; undefined when there is none. */
  next(): NextHop | undefined {
    this.#current = this.#nextOpen() ?? this.#nextPenalised() ?? this.#nextBarred();
    return this.#current;
  }

  /** Whole seconds until the first barred server may be used: for the Retry-After of one's own 503. Zero without one. */
  get retryAfter(): number {
    let shortest = Infinity;
    for (const hop of this.#barred) shortest = Math.min(shortest, this.#penalties.barOf(hop));
    return shortest === Infinity ? 0 : Math.ceil(shortest / 1000);
  }

  #nextOpen(): NextHop | undefined {
    while (this.#index < this.#hops.length) {
      const hop = this.#hops[this.#index++];
      if (hop === undefined) continue;
      const standing = this.#penalties.standingOf(hop);
      if (standing === "open") return hop;
      (standing === "barred" ? this.#barred : this.#penalised).push(hop);
    }
    return undefined;
  }

  #nextPenalised(): NextHop | undefined {
    for (let hop = this.#penalised.shift(); hop; hop = this.#penalised.shift()) {
      if (this.#penalties.standingOf(hop) !== "barred") return hop;
      this.#barred.push(hop);
    }
    return undefined;
  }

  #nextBarred(): NextHop | undefined {
    if (this.#useBarred) return this.#barred.shift();
    const index = this.#barred.findIndex((hop) => this.#penalties.standingOf(hop) !== "barred");
    return index < 0 ? undefined : this.#barred.splice(index, 1)[0];
  }
}
