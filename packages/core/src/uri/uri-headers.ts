import { uriHeaderCharacters } from "../grammar/character-tables.js";
import { equalIgnoringCase } from "../grammar/equal-ignoring-case.js";
import { decodePercent, encodePercent } from "../grammar/percent-encoding.js";

/** A header field that a URI proposes, without escapes. */
export interface UriHeader {
  readonly name: string;
  readonly value: string;
}

/** What the header part of a URI can be made from. */
export type UriHeadersInit = Iterable<UriHeader> | Readonly<Record<string, string>>;

/** The header part of a SIP URI, `?name=value&name=value` (RFC 3261 §19.1.1): immutable, in order, names may repeat. */
export class UriHeaders implements Iterable<UriHeader> {
  static readonly empty = new UriHeaders([]);

  readonly #headers: readonly UriHeader[];

  private constructor(headers: readonly UriHeader[]) {
    this.#headers = headers;
  }

  /** Makes a header part from names and unescaped values. */
  static from(init: UriHeadersInit): UriHeaders {
    if (init instanceof UriHeaders) return init;
    const headers = isIterable(init) ? [...init] : Object.entries(init).map(([name, value]) => ({ name, value }));
    return headers.length === 0 ? UriHeaders.empty : new UriHeaders(headers.filter(({ name }) => name !== ""));
  }

  /** Reads `?name=value&name=value`, which the URI parser has checked. */
  static fromText(text: string): UriHeaders {
    if (text === "") return UriHeaders.empty;
    return new UriHeaders(
      text
        .slice(1)
        .split("&")
        .map((part) => {
          const equals = part.indexOf("=");
          return { name: decodePercent(part.slice(0, equals)), value: decodePercent(part.slice(equals + 1)) };
        }),
    );
  }

  get size(): number {
    return this.#headers.length;
  }

  /** The first value of that name, unescaped. */
  get(name: string): string | undefined {
    return this.#headers.find((header) => equalIgnoringCase(header.name, name))?.value;
  }

  /** All values of that name, unescaped. */
  getAll(name: string): string[] {
    return this.#headers.filter((header) => equalIgnoringCase(header.name, name)).map(({ value }) => value);
  }

  /** A header part with the one value under that name, in the place of the old ones. */
  with(name: string, value: string): UriHeaders {
    const at = this.#headers.findIndex((header) => equalIgnoringCase(header.name, name));
    const others = this.without(name).#headers;
    const place = at < 0 ? others.length : at;
    return new UriHeaders([...others.slice(0, place), { name, value }, ...others.slice(place)]);
  }

  /** A header part without that name. */
  without(name: string): UriHeaders {
    return UriHeaders.from(this.#headers.filter((header) => !equalIgnoringCase(header.name, name)));
  }

  [Symbol.iterator](): Iterator<UriHeader> {
    return this.#headers[Symbol.iterator]();
  }

  /** The header part as plain list. */
  toJSON(): readonly UriHeader[] {
    return this.#headers;
  }

  /** The header part as it stands in a URI, with its question mark. */
  toString(): string {
    if (this.#headers.length === 0) return "";
    return `?${this.#headers.map(({ name, value }) => `${encode(name)}=${encode(value)}`).join("&")}`;
  }
}

function isIterable(init: UriHeadersInit): init is Iterable<UriHeader> {
  return Symbol.iterator in init;
}

function encode(text: string): string {
  return encodePercent(text, uriHeaderCharacters);
}
