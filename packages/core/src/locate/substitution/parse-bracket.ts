import type { CharacterTest } from "./ere-node.js";

/** A bracket expression and where it ends. */
export interface ParsedBracket {
  readonly test: CharacterTest;
  /** Index after the closing bracket. */
  readonly end: number;
}

type Range = readonly [low: number, high: number];

const characterClasses: ReadonlyMap<string, readonly Range[]> = new Map([
  ["alnum", [codes("0", "9"), codes("A", "Z"), codes("a", "z")]],
  ["alpha", [codes("A", "Z"), codes("a", "z")]],
  ["blank", [codes(" ", " "), codes("\t", "\t")]],
  ["cntrl", [[0x00, 0x1f] as const, [0x7f, 0x7f] as const]],
  ["digit", [codes("0", "9")]],
  ["graph", [codes("!", "~")]],
  ["lower", [codes("a", "z")]],
  ["print", [codes(" ", "~")]],
  ["punct", [codes("!", "/"), codes(":", "@"), codes("[", "`"), codes("{", "~")]],
  ["space", [codes("\t", "\r"), codes(" ", " ")]],
  ["upper", [codes("A", "Z")]],
  ["xdigit", [codes("0", "9"), codes("A", "F"), codes("a", "f")]],
]);

function codes(low: string, high: string): Range {
  return [low.charCodeAt(0), high.charCodeAt(0)];
}

/**
 * Reads `[…]` from the opening bracket on (POSIX 1003.1 §9.3.5); undefined when it is malformed or uses collating
 * elements, which depend on a locale. A backslash is an ordinary character here.
 */
export function parseBracket(pattern: string, start: number): ParsedBracket | undefined {
  let index = start + 1;
  const negated = pattern[index] === "^";
  if (negated) index++;
  const ranges: Range[] = [];
  for (let first = true; first || pattern[index] !== "]"; first = false) {
    const item = pattern.startsWith("[:", index) ? readClass(pattern, index) : readRange(pattern, index);
    if (item === undefined) return undefined;
    ranges.push(...item.ranges);
    index = item.end;
  }
  const isInside: CharacterTest = (code) => ranges.some(([low, high]) => code >= low && code <= high);
  return { test: negated ? (code) => !isInside(code) : isInside, end: index + 1 };
}

interface BracketItem {
  readonly ranges: readonly Range[];
  readonly end: number;
}

function readClass(pattern: string, start: number): BracketItem | undefined {
  const end = pattern.indexOf(":]", start + 2);
  const ranges = end < 0 ? undefined : characterClasses.get(pattern.slice(start + 2, end));
  return ranges && { ranges, end: end + 2 };
}

function readRange(pattern: string, start: number): BracketItem | undefined {
  if (start >= pattern.length || pattern.startsWith("[.", start) || pattern.startsWith("[=", start)) return undefined;
  const low = pattern.charCodeAt(start);
  const isRange = pattern[start + 1] === "-" && start + 2 < pattern.length && pattern[start + 2] !== "]";
  if (!isRange) return { ranges: [[low, low]], end: start + 1 };
  const high = pattern.charCodeAt(start + 2);
  return high < low || pattern[start + 2] === "[" ? undefined : { ranges: [[low, high]], end: start + 3 };
}
