import type { CharacterTest, EreNode } from "./ere-node.js";
import { parseBracket } from "./parse-bracket.js";

/** What a NAPTR record can carry (RFC 3403 §4.1: a character-string). */
const longestPattern = 255;
const deepestNesting = 32;
/** RE_DUP_MAX of POSIX. */
const mostRepeats = 255;

/**
 * Reads a POSIX extended regular expression, the kind that substitution expressions are made of (RFC 3402 §3.2);
 * undefined when it is malformed. What POSIX leaves undefined counts as malformed.
 */
export function parseEre(pattern: string, ignoreCase: boolean): EreNode | undefined {
  if (pattern.length > longestPattern) return undefined;
  const parser = new EreParser(pattern, ignoreCase);
  const node = parser.parseChoice(0);
  return parser.isAtEnd ? node : undefined;
}

class EreParser {
  readonly #pattern: string;
  readonly #ignoreCase: boolean;
  #index = 0;
  #groups = 0;

  constructor(pattern: string, ignoreCase: boolean) {
    this.#pattern = pattern;
    this.#ignoreCase = ignoreCase;
  }

  get isAtEnd(): boolean {
    return this.#index === this.#pattern.length;
  }

  parseChoice(depth: number): EreNode | undefined {
    const nodes: EreNode[] = [];
    do {
      const node = this.#parseSequence(depth);
      if (node === undefined) return undefined;
      nodes.push(node);
    } while (this.#take("|"));
    return nodes.length === 1 ? nodes[0] : { kind: "choice", nodes };
  }

  #parseSequence(depth: number): EreNode | undefined {
    const nodes: EreNode[] = [];
    while (!this.isAtEnd && this.#peek() !== "|" && this.#peek() !== ")") {
      const atom = this.#parseAtom(depth);
      const node = atom && this.#parseRepeat(atom);
      if (node === undefined) return undefined;
      nodes.push(node);
    }
    return nodes.length > 0 ? { kind: "sequence", nodes } : undefined;
  }

  #parseAtom(depth: number): EreNode | undefined {
    const start = this.#index++;
    const character = this.#pattern[start] ?? "";
    switch (character) {
      case "(":
        return this.#parseGroup(depth);
      case "[":
        return this.#parseBracket(start);
      case "^":
        return { kind: "start" };
      case "$":
        return { kind: "end" };
      case ".":
        return { kind: "character", test: () => true };
      case "\\":
        return this.#parseEscape();
      case "*":
      case "+":
      case "?":
      case "{":
        return undefined;
      default:
        return this.#literal(character);
    }
  }

  #parseGroup(depth: number): EreNode | undefined {
    if (depth >= deepestNesting) return undefined;
    const index = ++this.#groups;
    const node = this.parseChoice(depth + 1);
    return node && this.#take(")") ? { kind: "group", index, node } : undefined;
  }

  #parseBracket(start: number): EreNode | undefined {
    const bracket = parseBracket(this.#pattern, start);
    if (bracket === undefined) return undefined;
    this.#index = bracket.end;
    return { kind: "character", test: this.#withCase(bracket.test) };
  }

  /** A digit would refer back to a group, which extended expressions cannot. */
  #parseEscape(): EreNode | undefined {
    const character = this.#pattern[this.#index++];
    return character === undefined || (character >= "0" && character <= "9") ? undefined : this.#literal(character);
  }

  #parseRepeat(node: EreNode): EreNode | undefined {
    const bounds = this.#parseBounds();
    if (bounds === "none") return node;
    return bounds === "malformed" ? undefined : { kind: "repeat", node, ...bounds };
  }

  #parseBounds(): { readonly min: number; readonly max: number } | "none" | "malformed" {
    if (this.#take("*")) return { min: 0, max: Infinity };
    if (this.#take("+")) return { min: 1, max: Infinity };
    if (this.#take("?")) return { min: 0, max: 1 };
    if (!this.#take("{")) return "none";
    const min = this.#parseNumber();
    let max = min;
    if (this.#take(",")) max = this.#peek() === "}" ? Infinity : this.#parseNumber();
    const isSound = this.#take("}") && min <= max && min <= mostRepeats && (max <= mostRepeats || max === Infinity);
    return isSound ? { min, max } : "malformed";
  }

  /** NaN, which compares with nothing, when there is no digit. */
  #parseNumber(): number {
    const start = this.#index;
    while (this.#peek() >= "0" && this.#peek() <= "9") this.#index++;
    return this.#index === start ? Number.NaN : Number(this.#pattern.slice(start, this.#index));
  }

  #literal(character: string): EreNode {
    const literal = character.charCodeAt(0);
    return { kind: "character", test: this.#withCase((code) => code === literal) };
  }

  #withCase(test: CharacterTest): CharacterTest {
    return this.#ignoreCase ? (code) => test(code) || test(otherCase(code)) : test;
  }

  #peek(): string {
    return this.#pattern[this.#index] ?? "";
  }

  #take(character: string): boolean {
    const taken = this.#peek() === character;
    if (taken) this.#index++;
    return taken;
  }
}

function otherCase(code: number): number {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a ? code ^ 0x20 : code;
}
