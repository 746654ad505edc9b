const colon = 0x3a;
const slotCount = 1024;

/**
 * Finds what is known of a header name from the octets of a message, whatever its letter case: without looking for its
 * end, cutting it out or hashing it. Names that begin with the same two letters form a chain, the first to be told first;
 * all their letters stand in one row, which keeps them close to each other in memory.
 */
export class KnownNames<T> {
  /** The letters of all names, a colon behind each. */
  readonly #letters: Uint8Array;
  /** Where the letters of each name begin. */
  readonly #starts: Uint16Array;
  /** One more than the number of the first name with these two letters. */
  readonly #slots = new Uint8Array(slotCount);
  /** One more than the number of the next name in the chain. */
  readonly #next: Uint8Array;
  readonly #known: readonly T[];

  /** @param names lower-case names, 255 at most, compact forms too, with what is known of them */
  constructor(names: readonly (readonly [name: string, known: T])[]) {
    this.#letters = Buffer.from(names.map(([name]) => `${name}:`).join(""), "latin1");
    this.#starts = new Uint16Array(names.length);
    this.#next = new Uint8Array(names.length);
    this.#known = names.map(([, known]) => known);
    let start = 0;
    for (const [index, [name]] of names.entries()) {
      this.#starts[index] = start;
      this.#append(slotOf(this.#letters, start), index + 1);
      start += name.length + 1;
    }
  }

  /** What is known of the name that stands at a place with a colon behind it; undefined when it is none of these. */
  find(octets: Uint8Array, start: number): T | undefined {
    let number = this.#slots[slotOf(octets, start)] ?? 0;
    while (number !== 0 && !isName(octets, start, this.#letters, this.#starts[number - 1] ?? 0)) {
      number = this.#next[number - 1] ?? 0;
    }
    return number === 0 ? undefined : this.#known[number - 1];
  }

  #append(slot: number, number: number): void {
    let last = this.#slots[slot] ?? 0;
    if (last === 0) this.#slots[slot] = number;
    else {
      for (let next = last; next !== 0; next = this.#next[next - 1] ?? 0) last = next;
      this.#next[last - 1] = number;
    }
  }
}

function slotOf(octets: Uint8Array, start: number): number {
  return (((octets[start] ?? 0) & 31) << 5) | ((octets[start + 1] ?? 0) & 31);
}

/** Names are letters and hyphens: `| 0x20` folds letters and leaves a hyphen as it is, but makes one of CR as well. */
function isName(octets: Uint8Array, start: number, letters: Uint8Array, lettersStart: number): boolean {
  for (let index = 0; ; index++) {
    const wanted = letters[lettersStart + index] ?? 0;
    const octet = octets[start + index] ?? 0;
    if (octet !== wanted && ((octet | 0x20) !== wanted || wanted <= colon)) return false;
    if (wanted === colon) return true;
  }
}
