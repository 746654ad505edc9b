import type { EreStep } from "./compile-ere.js";

/** Where groups begin and end in the text; index 0 and 1 are the whole match. */
export type EreMatch = readonly (number | undefined)[];

interface Thread {
  readonly step: number;
  readonly slots: EreMatch;
}

/** A number has sixteen characters (E.164); the bound keeps the time small whatever the expression is. */
const longestText = 64;

/**
 * The leftmost match and of these the longest (POSIX 1003.1 §9.1), undefined without one. All ways through the program
 * are walked side by side, one character at a time, so no expression takes more than text × text × program steps.
 */
export function matchEre(program: readonly EreStep[], text: string): EreMatch | undefined {
  if (text.length > longestText) return undefined;
  for (let start = 0; start <= text.length; start++) {
    const match = matchAt(program, text, start);
    if (match) return match;
  }
  return undefined;
}

function matchAt(program: readonly EreStep[], text: string, start: number): EreMatch | undefined {
  let best: EreMatch | undefined;
  let threads = follow(program, text, start, [{ step: 0, slots: [start] }]);
  for (let index = start; threads.length > 0; index++) {
    const next: Thread[] = [];
    let matched = false;
    for (const { step, slots } of threads) {
      const current = program[step];
      if (current?.kind === "match" && !matched) {
        matched = true;
        best = withSlot(slots, 1, index);
      } else if (current?.kind === "character" && index < text.length && current.test(text.charCodeAt(index))) {
        next.push({ step: step + 1, slots });
      }
    }
    threads = follow(program, text, index + 1, next);
  }
  return best;
}

/** Follows all steps that take no character, each step once, the preferred ways first. */
function follow(program: readonly EreStep[], text: string, index: number, threads: readonly Thread[]): Thread[] {
  const reached: Thread[] = [];
  const seen = new Set<number>();
  const waiting = [...threads].reverse();
  for (let thread = waiting.pop(); thread; thread = waiting.pop()) {
    if (seen.has(thread.step)) continue;
    seen.add(thread.step);
    const { step, slots } = thread;
    const current = program[step];
    switch (current?.kind) {
      case "split":
        waiting.push({ step: current.second, slots }, { step: current.first, slots });
        break;
      case "jump":
        waiting.push({ step: current.to, slots });
        break;
      case "save":
        waiting.push({ step: step + 1, slots: withSlot(slots, current.slot, index) });
        break;
      case "start":
        if (index === 0) waiting.push({ step: step + 1, slots });
        break;
      case "end":
        if (index === text.length) waiting.push({ step: step + 1, slots });
        break;
      default:
        reached.push(thread);
    }
  }
  return reached;
}

function withSlot(slots: EreMatch, slot: number, index: number): EreMatch {
  const copy = [...slots];
  copy[slot] = index;
  return copy;
}
