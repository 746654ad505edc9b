import { matchesPacket, type MessageMatch, type Packet } from "./packet.js";

/** Which of the matching messages a rule concerns. */
export interface RuleOptions {
  /** Only these of them, counted from 1; all when left out. */
  readonly nth?: number | readonly number[];
  /** Only the first so many of them. */
  readonly times?: number;
  /** Sent from this address only. */
  readonly from?: string;
  /** Sent to this address only. */
  readonly to?: string;
}

/** What a rule does to the messages it concerns. */
export type RuleEffect =
  | { readonly kind: "drop" }
  | { readonly kind: "duplicate"; readonly copies: number }
  | { readonly kind: "hold"; readonly milliseconds: number }
  | { readonly kind: "fail" };

/** A scripted fault of the network. */
export class NetworkRule {
  readonly effect: RuleEffect;
  readonly #match: MessageMatch;
  readonly #options: RuleOptions;
  #seen = 0;
  #hits = 0;
  #isRemoved = false;

  constructor(effect: RuleEffect, match: MessageMatch, options: RuleOptions = {}) {
    this.effect = effect;
    this.#match = match;
    this.#options = options;
  }

  /** How many messages it met. */
  get hits(): number {
    return this.#hits;
  }

  /** Ends the rule. */
  remove(): void {
    this.#isRemoved = true;
  }

  /** Counts a message and tells whether the rule concerns it. */
  takes(packet: Packet): boolean {
    const { from, to, nth, times } = this.#options;
    if (this.#isRemoved || (from !== undefined && from !== packet.from.address)) return false;
    if ((to !== undefined && to !== packet.to.address) || !matchesPacket(this.#match, packet)) return false;
    this.#seen++;
    if (nth !== undefined && !(typeof nth === "number" ? [nth] : nth).includes(this.#seen)) return false;
    if (times !== undefined && this.#hits >= times) return false;
    this.#hits++;
    return true;
  }
}
