import { COLON, LESS_THAN, QUESTION_MARK, QUOTE } from "../grammar/character-codes.js";
import { bareUriCharacters } from "../grammar/character-tables.js";
import { Parameters } from "../grammar/parameters.js";
import { quote, unquote } from "../grammar/quoted-string.js";
import { scanWhile, tokenEnd, unfold } from "../grammar/scan.js";
import type { TextReader } from "../grammar/text-reader.js";
import { readUri } from "../uri/parse-uri.js";
import { SipUri } from "../uri/sip-uri.js";
import type { Uri } from "../uri/uri.js";
import { UriFault } from "../uri/uri-fault.js";

/** A display name, unquoted, and a URI. */
export interface AddressForm {
  readonly displayName: string | undefined;
  readonly uri: Uri;
}

/**
 * Reads `name-addr / addr-spec`, RFC 3261 §25.1. Outside angle brackets the URI ends at the first `;` and must hold
 * no `?` (RFC 3261 §20.10).
 *
 * Deviates: white space between a display name of tokens and `<` may lack, a known slip of the grammar
 * (RFC 4475 §3.1.1.6).
 */
export function readAddressForm(reader: TextReader, bracketsRequired: boolean): AddressForm {
  reader.skipSpace();
  if (reader.peek() === QUOTE) {
    const displayName = unquote(reader.quotedString());
    reader.skipSpace();
    return { displayName, uri: readBracketedUri(reader) };
  }
  const start = reader.index;
  const nameEnd = skipTokens(reader);
  const next = reader.peek();
  if (next === LESS_THAN) {
    const displayName = nameEnd > start ? unfold(reader.text.slice(start, nameEnd)) : undefined;
    return { displayName, uri: readBracketedUri(reader) };
  }
  if (next !== COLON || reader.index !== nameEnd || bracketsRequired) reader.fail('a display name, then "<"');
  return { displayName: undefined, uri: readBareUri(reader, start) };
}

/** As {@link readAddressForm} for a text that is known to be one token or a quoted string without escapes, and a URI. */
export function plainAddressForm(text: string): AddressForm {
  const isQuoted = text.charCodeAt(0) === QUOTE;
  const quoteEnd = isQuoted ? text.indexOf('"', 1) : 0;
  const open = text.indexOf("<", quoteEnd);
  const uri = SipUri.ofPlain(text.slice(open + 1, text.indexOf(">", open)));
  if (isQuoted) return { displayName: text.slice(1, quoteEnd), uri };
  return { displayName: open === 0 ? undefined : text.slice(0, open).trimEnd(), uri };
}

/** The parameters behind the URI of such a text. */
export function plainAddressParameters(text: string): Parameters {
  const quoteEnd = text.charCodeAt(0) === QUOTE ? text.indexOf('"', 1) : 0;
  return Parameters.ofPlain(text.slice(text.indexOf(">", quoteEnd) + 1));
}

/** Writes `name-addr` with its parameters. */
export function writeAddressForm(form: AddressForm, parameters: Parameters): string {
  const displayName = form.displayName === undefined ? "" : `${quote(form.displayName)} `;
  return `${displayName}<${form.uri.toString()}>${parameters.toString()}`;
}

/** Passes `*( token LWS )` and tells where the last token ended. */
function skipTokens(reader: TextReader): number {
  let lastEnd = reader.index;
  for (;;) {
    const end = tokenEnd(reader.text, reader.index, reader.end);
    if (end === reader.index) return lastEnd;
    lastEnd = end;
    reader.index = end;
    reader.skipSpace();
  }
}

function readBracketedUri(reader: TextReader): Uri {
  if (reader.peek() !== LESS_THAN) reader.fail('"<"');
  const start = reader.index + 1;
  const end = reader.text.indexOf(">", start);
  if (end < 0) reader.fail('a ">" for this "<"');
  const uri = checkedUri(reader, start, end);
  reader.index = end + 1;
  return uri;
}

function readBareUri(reader: TextReader, start: number): Uri {
  const end = scanWhile(reader.text, start, reader.end, bareUriCharacters);
  const uri = checkedUri(reader, start, end);
  reader.index = end;
  if (reader.peek() === QUESTION_MARK) reader.fail("angle brackets around a URI with a header part");
  return uri;
}

function checkedUri(reader: TextReader, start: number, end: number): Uri {
  const uri = readUri(reader.text.slice(start, end));
  if (!(uri instanceof UriFault)) return uri;
  reader.index = start + uri.offset;
  return reader.fail(`${uri.expected} in a URI`);
}
