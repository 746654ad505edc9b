import { EngineError } from "../errors/engine-error.js";
import { AT } from "../grammar/character-codes.js";
import { wordCharacters } from "../grammar/character-tables.js";
import { scanWhile } from "../grammar/scan.js";
import type { TextReader } from "../grammar/text-reader.js";
import type { HeaderCodec } from "./header-value.js";

/** Reads and writes Call-ID, and the values of In-Reply-To: `word [ "@" word ]`, compared with case, RFC 3261 §20.8. */
export const callIdCodec: HeaderCodec<string> = { read: readCallId, write: checkCallId, everyCommaSeparates: true };

/** Reads a Call-ID where the reader stands. */
export function readCallId(reader: TextReader): string {
  const start = reader.index;
  reader.run(wordCharacters, "a Call-ID");
  if (reader.peek() === AT) {
    reader.index++;
    reader.run(wordCharacters, 'a word behind "@"');
  }
  return reader.text.slice(start, reader.index);
}

/** The Call-ID itself if it is one; else throws `header.malformed`. */
export function checkCallId(callId: string): string {
  const at = callId.indexOf("@");
  const isCallId = isWord(callId, 0, at < 0 ? callId.length : at) && (at < 0 || isWord(callId, at + 1, callId.length));
  if (!isCallId) throw new EngineError("header.malformed", { detail: `"${callId}" is no Call-ID` });
  return callId;
}

function isWord(text: string, start: number, end: number): boolean {
  return end > start && scanWhile(text, start, end, wordCharacters) === end;
}
