import { COMMA } from "../grammar/character-codes.js";
import { TextReader } from "../grammar/text-reader.js";
import type { HeaderCodec } from "./header-value.js";

/** Reads a text that is exactly one value of this header. */
export function readOne<T>(codec: HeaderCodec<T>, text: string, header: string): T {
  const reader = new TextReader(text, header);
  reader.skipSpace();
  const value = codec.read(reader);
  reader.finish();
  return value;
}

/** Reads the comma list of a whole field (RFC 3261 §7.3.1). Empty elements are a fault; an empty list may be one. */
export function readList<T>(codec: HeaderCodec<T>, text: string, header: string, mayBeEmpty: boolean): T[] {
  const reader = new TextReader(text, header);
  const values: T[] = [];
  if (mayBeEmpty && reader.atEnd()) return values;
  reader.skipSpace();
  do values.push(codec.read(reader));
  while (reader.accept(COMMA));
  reader.finish();
  return values;
}
