/** The breadth of a request that names none, and the most that one may name (RFC 5393 §5.3.3). */
export const defaultMaxBreadth = 60;

/** How many branches may run at the same time below this element, and who has which share of them (RFC 5393 §5.3.3). */
export class BreadthBudget {
  #free: number;

  /** `total` is the Max-Breadth that came; the default stands for none or a larger one. */
  constructor(total: number | undefined) {
    this.#free = total === undefined ? defaultMaxBreadth : Math.min(total, defaultMaxBreadth);
  }

  /** What is not given away. */
  get free(): number {
    return this.#free;
  }

  /**
   * Shares for branches that start together, one each for as many of them as the budget allows: at least 1, in equal parts
   * but for `reserve`, which stays for targets that are added later.
   */
  take(count: number, reserve = 0): number[] {
    const served = Math.min(count, this.#free);
    const spendable = Math.max(served, this.#free - reserve);
    const shares: number[] = [];
    for (let index = 0; index < served; index++) {
      const part = Math.floor(spendable / served);
      shares.push(index < spendable % served ? part + 1 : part);
    }
    for (const share of shares) this.#free -= share;
    return shares;
  }

  /** A branch came to its end. */
  giveBack(share: number): void {
    this.#free += share;
  }
}
