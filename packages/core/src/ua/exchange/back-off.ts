import type { RandomSource } from "../../random/random-source.js";

/** How long to wait after failures, in seconds. */
export interface BackOffOptions {
  readonly random: RandomSource;
  /** Wait before doubling; asked for each wait. 30 by default (RFC 5626 §4.5). */
  readonly base?: (() => number) | undefined;
  /** Longest wait; 1800 by default. */
  readonly cap?: number | undefined;
}

const defaultBase = 30;
const defaultCap = 1800;

/** Waits that double with each failure in a row, 50 to 100 % of them by chance (RFC 5626 §4.5). */
export class BackOff {
  readonly #options: BackOffOptions;
  #failures = 0;

  constructor(options: BackOffOptions) {
    this.#options = options;
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** It worked. */
  reset(): void {
    this.#failures = 0;
  }

  /** One more failure: how long to wait, in milliseconds. */
  next(): number {
    const { random, base, cap = defaultCap } = this.#options;
    this.#failures++;
    const longest = Math.min(cap, (base?.() ?? defaultBase) * 2 ** this.#failures) * 1000;
    return longest / 2 + random.integer(Math.floor(longest / 2) + 1);
  }
}
