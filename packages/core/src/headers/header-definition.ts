import { splitCommaList } from "../grammar/comma-list.js";
import { unfold } from "../grammar/scan.js";
import type { HeaderCodec } from "./header-value.js";
import { readList, readOne } from "./read-header.js";

/**
 * How often a header may stand in a message. `single`: once. `comma-list`: several values, in one field with commas
 * or in several fields. `repeat-only`: several fields that must not be joined, for their value has commas inside.
 */
export type HeaderOccurs = "single" | "comma-list" | "repeat-only";

/** What the text of one header field stands for. */
export type FieldValue<T, Occurs extends HeaderOccurs> = Occurs extends "comma-list" ? readonly T[] : T;

/** A row of the header table without its name. */
export interface HeaderRow<
  T = unknown,
  Occurs extends HeaderOccurs = HeaderOccurs,
  Compact extends string | undefined = string | undefined,
> {
  readonly occurs: Occurs;
  readonly codec: HeaderCodec<T>;
  readonly compact: Compact;
  readonly mayBeEmpty: boolean;
}

/** How a header is named, read and written. */
export interface HeaderDefinition<T = unknown, Occurs extends HeaderOccurs = HeaderOccurs> {
  /** The name as it is usually written. */
  readonly name: string;
  /** The long name in lower case. */
  readonly key: string;
  /** The compact form, one lower-case letter, RFC 3261 §7.3.3. */
  readonly compact: string | undefined;
  readonly occurs: Occurs;
  /** Reads the text of one field: an array where it may be a comma list, else a value. Throws `header.malformed`. */
  parse(text: string): FieldValue<T, Occurs>;
  /** As {@link parse} for a text that a plain form was found in: nothing about it is looked at again. */
  parsePlain(text: string): FieldValue<T, Occurs>;
  /** Reads a text that is one value. Throws `header.malformed`. */
  parseValue(text: string): T;
  /** Cuts the text of one field into the texts of its values, without reading them. Never throws. */
  split(text: string): readonly string[];
  /** Writes one value: what was read and not changed, as it came. Throws `header.malformed` for what cannot be written. */
  serialize(value: T): string;
}

/** Makes the definition of a row. */
export function defineHeader(name: string, row: HeaderRow): HeaderDefinition {
  const { codec, compact, occurs, mayBeEmpty } = row;
  const isList = occurs === "comma-list";
  const parse = (text: string) => (isList ? readList(codec, text, name, mayBeEmpty) : readOne(codec, text, name));
  return {
    name,
    key: comparedOften(name.toLowerCase()),
    compact,
    occurs,
    parse,
    parsePlain: (text) => {
      if (codec.ofPlain === undefined) return parse(text);
      return isList ? [codec.ofPlain(text)] : codec.ofPlain(text);
    },
    parseValue: (text) => readOne(codec, text, name),
    split: (text) => (isList ? splitValues(text, codec) : [unfold(text)]),
    serialize: (value) => codec.write(value),
  };
}

/** The same text as V8 keeps names of properties and literals: two of those are compared by their address alone. */
function comparedOften(text: string): string {
  return Object.keys({ [text]: true })[0] ?? text;
}

/** The parts of a comma list; none if there is nothing but white space. */
function splitValues(text: string, codec: HeaderCodec<unknown>): readonly string[] {
  const parts = codec.everyCommaSeparates === true ? text.split(",").map(unfold) : splitCommaList(text);
  return parts.length === 1 && parts[0] === "" ? [] : parts;
}
