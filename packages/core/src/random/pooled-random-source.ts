import type { RandomSource } from "./random-source.js";

const poolBytes = 4096;
/** V8 copies slices shorter than 13 characters; a longer one would keep the whole page alive as long as the token. */
const pieceDigits = 8;
const wordBytes = 6;
const wordRange = 2 ** (8 * wordBytes);

/** Hands out a pool of random bytes, each byte once, and asks `fill` for 4096 new ones when it is empty. */
export class PooledRandomSource implements RandomSource {
  readonly #fill: (pool: Uint8Array) => void;
  readonly #pool = Buffer.alloc(poolBytes);
  /** The pool in hex, written once per filling: slicing it is cheaper than encoding each token. */
  #page = "";
  #used = poolBytes;

  constructor(fill: (pool: Uint8Array) => void) {
    this.#fill = fill;
  }

  token(bits: number): string {
    return this.#digits(Math.ceil(bits / 4));
  }

  hex(bytes: number): string {
    return this.#digits(bytes * 2);
  }

  integer(max: number): number {
    // A word at or above the highest multiple of max would make small numbers likelier.
    const limit = wordRange - (wordRange % max);
    for (;;) {
      const word = this.#pool.readUIntBE(this.#take(wordBytes), wordBytes);
      if (word < limit) return word % max;
    }
  }

  #digits(count: number): string {
    let text = "";
    for (let left = count; left > 0; left -= pieceDigits) text += this.#piece(Math.min(left, pieceDigits));
    return text;
  }

  #piece(digits: number): string {
    const start = 2 * this.#take((digits + 1) >> 1);
    return this.#page.slice(start, start + digits);
  }

  #take(bytes: number): number {
    if (this.#used + bytes > poolBytes) this.#refill();
    const start = this.#used;
    this.#used += bytes;
    return start;
  }

  #refill(): void {
    this.#fill(this.#pool);
    this.#page = this.#pool.toString("hex");
    this.#used = 0;
  }
}
