import type { EreStep } from "./compile-ere.js";

/** Where groups begin and end in the text; index 0 and 1 are the whole match. */
export type EreMatch = readonly (number | undefined)[];

interface Thread {
  readonly step: number;
  readonly slots: EreMatch;
}

/** A number has sixteen characters (E.164); the bound keeps the time small whatever the expression is. */
const longestText = 64;

/** Steps followed at most for one text; usual expressions take some hundred. */
const mostSteps = 5_000;

/** What is left of the steps. */
interface Budget {
  left: number;
}

/**
 * The leftmost match and of these the longest (POSIX 1003.1 §9.1), undefined without one. All ways through the program
 * are walked side by side, one character at a time: the time grows with the program, never exponentially, and is bounded.
 */
export function matchEre(program: readonly EreStep[], text: string): EreMatch | undefined {
  if (text.length > longestText) return undefined;
  const budget = { left: mostSteps };
  for (let start = 0; start <= text.length; start++) {
    const match = new EreWalk(program, text, budget).matchAt(start);
    if (budget.left < 0) return undefined;
    if (match) return match;
  }
  return undefined;
}

class EreWalk {
  readonly #program: readonly EreStep[];
  readonly #text: string;
  readonly #budget: Budget;

  constructor(program: readonly EreStep[], text: string, budget: Budget) {
    this.#program = program;
    this.#text = text;
    this.#budget = budget;
  }

  matchAt(start: number): EreMatch | undefined {
    let best: EreMatch | undefined;
    let threads = this.#follow([{ step: 0, slots: [start] }], start);
    for (let index = start; threads.length > 0; index++) {
      const ended = threads.find(({ step }) => this.#program[step]?.kind === "match");
      if (ended) best = withSlot(ended.slots, 1, index);
      threads = this.#follow(this.#take(threads, index), index + 1);
    }
    return best;
  }

  /** The threads that go on with the character at a place. */
  #take(threads: readonly Thread[], index: number): readonly Thread[] {
    if (index >= this.#text.length) return [];
    const code = this.#text.charCodeAt(index);
    const taken: Thread[] = [];
    for (const { step, slots } of threads) {
      const current = this.#program[step];
      if (current?.kind === "character" && current.test(code)) taken.push({ step: step + 1, slots });
    }
    return taken;
  }

  /** Follows all steps that take no character, each step once, the preferred ways first. */
  #follow(threads: readonly Thread[], index: number): readonly Thread[] {
    const reached: Thread[] = [];
    const seen = new Set<number>();
    const waiting = threads.toReversed();
    for (let thread = waiting.pop(); thread; thread = waiting.pop()) {
      if (seen.has(thread.step)) continue;
      seen.add(thread.step);
      if (this.#budget.left-- < 0) return [];
      if (!this.#branch(thread, index, waiting)) reached.push(thread);
    }
    return reached;
  }

  /** Puts the ways on from a step; false for a step that takes a character or ends the match. */
  #branch({ step, slots }: Thread, index: number, waiting: Thread[]): boolean {
    const current = this.#program[step];
    switch (current?.kind) {
      case "split":
        waiting.push({ step: current.second, slots }, { step: current.first, slots });
        return true;
      case "jump":
        waiting.push({ step: current.to, slots });
        return true;
      case "save":
        waiting.push({ step: step + 1, slots: withSlot(slots, current.slot, index) });
        return true;
      case "start":
        if (index === 0) waiting.push({ step: step + 1, slots });
        return true;
      case "end":
        if (index === this.#text.length) waiting.push({ step: step + 1, slots });
        return true;
      default:
        return false;
    }
  }
}

function withSlot(slots: EreMatch, slot: number, index: number): EreMatch {
  const copy = [...slots];
  copy[slot] = index;
  return copy;
}
