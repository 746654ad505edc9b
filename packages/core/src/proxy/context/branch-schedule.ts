import type { BreadthBudget } from "./breadth-budget.js";
import type { ProxyBranch } from "./proxy-branch.js";
import { noProxyOptions, type ProxyOptions } from "./proxy-options.js";
import { TargetSet, type ForkMode } from "./target-set.js";

/** Starts the branches of a request when their turn comes, within Max-Breadth, and counts those that run. */
export class BranchSchedule {
  readonly #budget: BreadthBudget;
  #options: ProxyOptions;
  readonly #root: TargetSet<ProxyBranch>;
  readonly #sets: TargetSet<ProxyBranch>[];
  #runningCount = 0;
  #isStarting = false;

  constructor(budget: BreadthBudget, options: ProxyOptions) {
    this.#budget = budget;
    this.#options = options;
    this.#root = new TargetSet(options.mode ?? "parallel");
    this.#sets = [this.#root];
  }

  /** The targets of the request itself. */
  get root(): TargetSet<ProxyBranch> {
    return this.#root;
  }

  /** How many branches have been sent and have not come to their end. */
  get runningCount(): number {
    return this.#runningCount;
  }

  /** Whether no branch runs and none waits for its turn. */
  get isIdle(): boolean {
    return this.#runningCount === 0 && this.#sets.every(({ waitingCount }) => waitingCount === 0);
  }

  /** A set for those that go on where a branch failed. */
  createSet(mode: ForkMode, parent: ProxyBranch): TargetSet<ProxyBranch> {
    const set = new TargetSet(mode, parent);
    this.#sets.push(set);
    return set;
  }

  /** Starts those whose turn it is. False when Max-Breadth is too small and that is not to be mended by waiting. */
  startDue(): boolean {
    if (this.#isStarting) return true; // a branch failed while it was started: the loop below goes on
    this.#isStarting = true;
    try {
      this.#root.setMode(this.#options.mode ?? "parallel");
      for (let index = 0; index < this.#sets.length;) {
        const set = this.#sets[index];
        const outcome = set === undefined ? "nothing" : this.#startIn(set);
        if (outcome === "narrow") return false;
        index = outcome === "started" ? 0 : index + 1;
      }
      return true;
    } finally {
      this.#isStarting = false;
    }
  }

  /**
   * A branch has come to its end; when others go on in its place, its turn among its neighbours lasts until they have ended
   * too.
   */
  settle(branch: ProxyBranch): void {
    this.#runningCount--;
    this.#budget.giveBack(branch.share);
    if (branch.children.length === 0) this.#endTurn(branch);
  }

  /** A branch that waited for its turn will not have it. */
  abandon({ set }: ProxyBranch): void {
    if (set.isDrained && set.parent !== undefined) this.#endTurn(set.parent);
  }

  /** Takes out all that wait for their turn. */
  clear(): void {
    for (const set of this.#sets.toReversed()) {
      const dropped = set.clear();
      for (const branch of dropped) branch.drop();
      const [last] = dropped;
      if (last !== undefined) this.abandon(last);
    }
  }

  /** No branch will be started: the options are not needed any more. */
  release(): void {
    this.#options = noProxyOptions;
  }

  #endTurn(branch: ProxyBranch): void {
    for (let set: TargetSet<ProxyBranch> | undefined = branch.set; set !== undefined; set = set.parent?.set) {
      set.end();
      if (!set.isDrained) return;
    }
  }

  #startIn(set: TargetSet<ProxyBranch>): "started" | "nothing" | "narrow" {
    const due = set.due();
    if (due.length === 0) return "nothing";
    const { refusesNarrowBreadth = false, breadthReserve } = this.#options;
    const isNarrow = due.length > this.#budget.free;
    if (isNarrow && (refusesNarrowBreadth || this.#isExhausted)) return "narrow";
    const shares = this.#budget.take(due.length, breadthReserve);
    const turn = due.slice(0, shares.length);
    for (const [index, branch] of turn.entries()) this.#start(branch, shares[index] ?? 1);
    return turn.length > 0 ? "started" : "nothing";
  }

  /** One that failed at once may have ended the whole matter for those behind it. */
  #start(branch: ProxyBranch, share: number): void {
    if (branch.state !== "waiting") return this.#budget.giveBack(share);
    branch.set.begin(branch);
    this.#runningCount++;
    branch.start(share);
  }

  /** No breadth is left and none will ever be given back. */
  get #isExhausted(): boolean {
    return this.#budget.free === 0 && this.#runningCount === 0;
  }
}
