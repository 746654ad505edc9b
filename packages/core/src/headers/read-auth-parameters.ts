import { COMMA, EQUALS, QUOTE } from "../grammar/character-codes.js";
import { looseValueCharacters } from "../grammar/character-tables.js";
import { Parameters } from "../grammar/parameters.js";
import type { TextReader } from "../grammar/text-reader.js";

/**
 * Reads `auth-param *( COMMA auth-param )`, RFC 3261 §25.1, up to the end of the field.
 *
 * Deviates: values without the quotes they should have are taken, as RFC 2543 showed some that way.
 */
export function readAuthParameters(reader: TextReader): Parameters {
  const start = reader.index;
  const names: string[] = [];
  const raws: (string | undefined)[] = [];
  do {
    names.push(reader.token("an authentication parameter"));
    reader.expect(EQUALS);
    raws.push(readValue(reader));
  } while (reader.accept(COMMA));
  const parameters = Parameters.fromRaw(names, raws);
  if (!parameters.hasDuplicate()) return parameters;
  reader.index = start;
  return reader.fail("each parameter once");
}

function readValue(reader: TextReader): string | undefined {
  const code = reader.peek();
  if (code === QUOTE) return reader.quotedString();
  return code === COMMA || code === -1 ? undefined : reader.run(looseValueCharacters, "a value");
}
