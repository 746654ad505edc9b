import { defineHeader, type FieldValue, type HeaderDefinition, type HeaderRow } from "./header-definition.js";
import { headerRows } from "./header-rows.js";
import type { HeaderTypes } from "./header-types.js";

export type { HeaderDefinition, HeaderOccurs } from "./header-definition.js";
export type { HeaderTypes } from "./header-types.js";

/** A header name: those the engine reads are offered, any other is taken as well. */
export type HeaderName = keyof HeaderTypes | (string & Record<never, never>);

/** How often each header the engine reads may stand in a message. */
export type HeaderOccurrence = { readonly [Name in keyof HeaderTypes]: (typeof headerRows)[Name]["occurs"] };

/** Names by their lower-case and compact forms. */
type NamesByKey = { readonly [Name in keyof HeaderTypes as Lowercase<Name>]: Name } & {
  readonly [Name in keyof HeaderTypes as NonNullable<(typeof headerRows)[Name]["compact"]>]: Name;
};

/** The name in the table that any spelling of it stands for; `never` for a header the engine does not read. */
export type CanonicalHeaderName<Name extends string> = NamesByKey[Lowercase<Name> &
  keyof NamesByKey] extends infer Canonical extends keyof HeaderTypes
  ? Canonical
  : never;

type FieldOf<Name extends keyof HeaderTypes> = FieldValue<HeaderTypes[Name], HeaderOccurrence[Name]>;
type ResultOf<Name extends keyof HeaderTypes> = HeaderOccurrence[Name] extends "single"
  ? HeaderTypes[Name] | undefined
  : readonly HeaderTypes[Name][];

/** Picks by what is known of a name when compiling: any name, one the engine does not read, one of the table. */
type ByName<Name extends string, Any, Unread, Read> = string extends Name
  ? Any
  : [CanonicalHeaderName<Name>] extends [never]
    ? Unread
    : Read;

/**
 * What a message answers when asked for a header: a list where several values may stand, else the value or
 * `undefined`; the text of a header the engine does not read; `unknown` if the name is not known when compiling.
 */
export type HeaderResult<Name extends string> = ByName<
  Name,
  unknown,
  string | undefined,
  ResultOf<CanonicalHeaderName<Name>>
>;

/** What a header may be set to: its text, or one decoded value, or a list of them where they may be joined. */
export type HeaderInput<Name extends string> = ByName<
  Name,
  string,
  string,
  string | HeaderTypes[CanonicalHeaderName<Name>] | FieldOf<CanonicalHeaderName<Name>>
>;

/** The definition of a header by its name; of a name not known when compiling, what all definitions have in common. */
export type HeaderDefinitionOf<Name extends string> = ByName<
  Name,
  HeaderDefinition | undefined,
  undefined,
  HeaderDefinition<HeaderTypes[CanonicalHeaderName<Name>], HeaderOccurrence[CanonicalHeaderName<Name>]>
>;

/** Spellings beyond the common ones are remembered up to this many, and up to this length. */
const MOST_SPELLINGS = 2048;
const LONGEST_SPELLING = 40;

const definitions: ReadonlyMap<string, HeaderDefinition> = new Map(
  Object.entries<HeaderRow>(headerRows)
    .map(([name, row]) => defineHeader(name, row))
    .map((definition) => [definition.key, definition]),
);

/** From common spelling to definition. */
const bySpelling = commonSpellings();

/** From rare spelling to key. A memo: what it holds never changes what {@link headerKey} answers. */
const rareKeys = new Map<string, string>();

/**
 * The key of a header name in any letter case, long or compact: the long name in lower case (RFC 3261 §7.3.1,
 * §7.3.3). Common spellings cost one look-up.
 */
export function headerKey(name: string): string {
  return bySpelling.get(name)?.key ?? rareSpelling(name);
}

/** The definition of a header by its key; `undefined` for a header the engine does not read. */
export function headerDefinition<Key extends string>(key: Key): HeaderDefinitionOf<Key>;
export function headerDefinition(key: string): HeaderDefinition | undefined {
  return definitions.get(key);
}

/** The definition of a header by its name in any letter case, long or compact. Common spellings cost one look-up. */
export function definitionByName(name: string): HeaderDefinition | undefined {
  return bySpelling.get(name) ?? definitions.get(rareSpelling(name));
}

/** The definitions of all headers the engine reads. */
export function headerDefinitions(): Iterable<HeaderDefinition> {
  return definitions.values();
}

/**
 * Writes what a header is set to as the text of one field. A text is written as it is. Throws `header.malformed` for a
 * value that the grammar has no room for.
 */
export function serializeHeader<Name extends HeaderName>(name: Name, value: HeaderInput<Name>): string;
export function serializeHeader(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  const definition = definitions.get(headerKey(name));
  if (definition === undefined) return String(value);
  if (definition.occurs !== "comma-list" || !Array.isArray(value)) return definition.serialize(value);
  return value.map((each: unknown) => definition.serialize(each)).join(", ");
}

function commonSpellings(): ReadonlyMap<string, HeaderDefinition> {
  const map = new Map<string, HeaderDefinition>();
  for (const definition of definitions.values()) {
    const { name, key, compact } = definition;
    for (const spelling of [name, key, name.toUpperCase(), compact, compact?.toUpperCase()]) {
      if (spelling !== undefined) map.set(spelling, definition);
    }
  }
  return map;
}

function rareSpelling(name: string): string {
  const known = rareKeys.get(name);
  if (known !== undefined) return known;
  const isKept = rareKeys.size < MOST_SPELLINGS && name.length <= LONGEST_SPELLING;
  const spelling = isKept ? ownCopy(name) : name;
  const lower = spelling.toLowerCase();
  const key = bySpelling.get(lower)?.key ?? lower;
  if (isKept) rareKeys.set(spelling, key);
  return key;
}

/** A copy that does not hold on to the message the name was cut from. */
function ownCopy(name: string): string {
  return String.fromCharCode(...Array.from({ length: name.length }, (_, index) => name.charCodeAt(index)));
}
