import { inspect } from "node:util";
import type { TextReader } from "../grammar/text-reader.js";

/**
 * A header value that is more than text or a number. One that was read and not changed is written as it came;
 * a copy made by spreading has forgotten its text.
 */
export abstract class HeaderValue {
  readonly #text: string | undefined;

  constructor(text: string | undefined) {
    this.#text = text;
  }

  /** Writes the value from its parts. */
  protected abstract write(): string;

  /** The value as it stands in a header field. */
  toString(): string {
    return this.#text ?? this.write();
  }

  /** What `console.log` shows: the parts are found when asked for. */
  [inspect.custom](): string {
    return `${this.constructor.name} ${this.toString()}`;
  }
}

/** How the values of a header are read and written. */
export interface HeaderCodec<T> {
  /** Reads one value and stops behind it. Throws `header.malformed`. */
  read(reader: TextReader): T;
  /** Makes the value of a text that is one value, right by the grammar and plain as nearly all are. Gives what `read` would. */
  ofPlain?(text: string): T;
  /** Writes one value. Throws `header.malformed` for what the grammar has no room for. */
  write(value: T): string;
  /** True where quotes, brackets and parentheses mean nothing, so that every comma separates values. */
  readonly everyCommaSeparates?: boolean;
}

/** The codec of values that know how to write themselves. */
export function valueCodec<T extends HeaderValue>(read: (reader: TextReader) => T): HeaderCodec<T> {
  return { read, write: String };
}
