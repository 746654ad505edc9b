import type { PlacedText } from "./logical-lines.js";
import type { OnFault } from "./text-fault.js";

/** A quoted string of a tuple. */
export interface TupleField {
  readonly text: string;
  readonly offset: number;
}

/** A `sip-router-info` as it is written. */
export interface Tuple {
  readonly offset: number;
  readonly fields: readonly TupleField[];
}

/** Reads `("…", "…"), ("…", "…")`. What follows the first fault of a value is not looked at. JSR 289, appendix C. */
export function readTuples(value: PlacedText, onFault: OnFault): readonly Tuple[] {
  const reader = new TupleReader(value, onFault);
  return reader.read();
}

class TupleReader {
  readonly #value: PlacedText;
  readonly #onFault: OnFault;
  #index = 0;

  constructor(value: PlacedText, onFault: OnFault) {
    this.#value = value;
    this.#onFault = onFault;
  }

  read(): readonly Tuple[] {
    const tuples: Tuple[] = [];
    if (this.#peek() === "") return tuples;
    do {
      const tuple = this.#tuple();
      if (tuple === undefined) return tuples;
      tuples.push(tuple);
    } while (this.#take(","));
    if (this.#peek() !== "") this.#fault("a comma or the end of the line is expected", "Put a comma between tuples");
    return tuples;
  }

  #tuple(): Tuple | undefined {
    this.#peek();
    const offset = this.#offset;
    if (!this.#take("(")) return this.#fault("a tuple is expected", 'Write ("name", "DAR:From", …)');
    const fields: TupleField[] = [];
    do {
      const field = this.#string();
      if (field === undefined) return undefined;
      fields.push(field);
    } while (this.#take(","));
    if (!this.#take(")")) return this.#fault("the tuple is not closed", "Put a comma between strings, ) at the end");
    return { offset, fields };
  }

  #string(): TupleField | undefined {
    this.#peek();
    const offset = this.#offset;
    if (!this.#take('"')) return this.#fault("a quoted string is expected", 'Write each of the strings as "…"');
    const { text } = this.#value;
    let string = "";
    for (; this.#index < text.length; this.#index += 1) {
      const character = text.charAt(this.#index);
      if (character === '"') break;
      const isEscape = character === "\\" && text.charAt(this.#index + 1) === '"';
      if (isEscape) this.#index += 1;
      string += isEscape ? '"' : character;
    }
    if (this.#take('"')) return { text: string, offset };
    this.#onFault({ offset, reason: "the string is not closed", mend: 'Put a " at its end' });
    return undefined;
  }

  get #offset(): number {
    return this.#value.offsets[this.#index] ?? 0;
  }

  /** The next character that is no white space. */
  #peek(): string {
    while (/\s/.test(this.#value.text.charAt(this.#index))) this.#index += 1;
    return this.#value.text.charAt(this.#index);
  }

  #take(character: string): boolean {
    const isNext = this.#peek() === character;
    if (isNext) this.#index += 1;
    return isNext;
  }

  #fault(reason: string, mend: string): undefined {
    this.#onFault({ offset: this.#offset, reason, mend });
  }
}
