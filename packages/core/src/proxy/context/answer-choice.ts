import type { SipResponse } from "../../message/sip-response.js";
import { chooseBest, finishBest, type Candidate, type FinishOptions } from "./best-response.js";
import type { ProxyBranch } from "./proxy-branch.js";

/** The failures that wait until no branch is left, and the best of them once it was withheld (RFC 3261 §16.7 step 6). */
export class AnswerChoice {
  #candidates: Candidate<ProxyBranch | undefined>[] = [];
  #withheld: SipResponse | undefined;

  /** Whether the best response was chosen and has not gone upstream. */
  get isWithheld(): boolean {
    return this.#withheld !== undefined;
  }

  /** Adds one of several; `branch` is undefined for an answer of the element itself. */
  add(response: SipResponse, branch: ProxyBranch | undefined): void {
    this.#candidates.push({ response, source: branch, isOwn: branch?.error !== undefined });
  }

  /** Chooses the best, ready to go upstream, and holds it. Undefined when there is none. */
  choose(isCancelled: boolean, options: FinishOptions): Candidate<ProxyBranch | undefined> | undefined {
    const best = chooseBest(this.#candidates, isCancelled);
    if (best === undefined) return undefined;
    const response = finishBest(best, this.#candidates, options);
    this.#withheld = response;
    return { response, source: best.source };
  }

  /** Whether this is what is withheld now. */
  holds(response: SipResponse): boolean {
    return this.#withheld === response;
  }

  /** What was withheld is one of several again, or gone. */
  release(): void {
    this.#withheld = undefined;
  }

  /** Lets go of all. */
  clear(): void {
    this.#candidates = [];
    this.#withheld = undefined;
  }
}
