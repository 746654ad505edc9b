import { CR, LF, PERCENT, SPACE, TAB } from "./character-codes.js";
import { isHexDigit, tokenCharacters, type CharacterTable } from "./character-tables.js";

/** The index behind a line fold (line end and one white space, RFC 3261 §7.3.1), or -1 where there is none. */
function foldEnd(text: string, index: number, end: number): number {
  const lineFeed = text.charCodeAt(index) === CR ? index + 1 : index;
  const next = lineFeed + 1;
  if (next >= end || text.charCodeAt(lineFeed) !== LF) return -1;
  const code = text.charCodeAt(next);
  return code === SPACE || code === TAB ? next + 1 : -1;
}

/** The first index at or after `index` that is not linear white space (`SWS`, RFC 3261 §25.1). Folds count as white space. */
export function skipSpace(text: string, index: number, end: number): number {
  while (index < end) {
    const code = text.charCodeAt(index);
    if (code === SPACE || code === TAB) {
      index++;
    } else if (code === CR || code === LF) {
      const next = foldEnd(text, index, end);
      if (next < 0) return index;
      index = next;
    } else {
      return index;
    }
  }
  return index;
}

/** The index behind the last character before `end` that is no linear white space, not below `start`. */
export function trimEnd(text: string, start: number, end: number): number {
  let index = end;
  let afterSpace = false;
  while (index > start) {
    const code = text.charCodeAt(index - 1);
    if (code === SPACE || code === TAB) afterSpace = true;
    else if (code !== LF || !afterSpace) return index;
    else [index, afterSpace] = [lineEnd(text, start, index - 1) + 1, false];
    index--;
  }
  return index;
}

/** The index of the CR before a line feed, or of the line feed where it stands alone. */
function lineEnd(text: string, start: number, lineFeed: number): number {
  return lineFeed > start && text.charCodeAt(lineFeed - 1) === CR ? lineFeed - 1 : lineFeed;
}

/** The index of the first character at or after `index` that the table lacks. */
export function scanWhile(text: string, index: number, end: number, table: CharacterTable): number {
  while (index < end && table[text.charCodeAt(index)] === 1) index++;
  return index;
}

/** The index behind the token that starts at `index`; `index` itself where there is none. */
export function tokenEnd(text: string, index: number, end: number): number {
  return scanWhile(text, index, end, tokenCharacters);
}

/** As {@link scanWhile}, with `%` and two hexadecimal digits allowed as well (`escaped`, RFC 3261 §25.1). */
export function scanEscaped(text: string, index: number, end: number, table: CharacterTable): number {
  while (index < end) {
    const code = text.charCodeAt(index);
    if (table[code] === 1) index++;
    else if (code === PERCENT && isEscape(text, index, end)) index += 3;
    else return index;
  }
  return index;
}

function isEscape(text: string, index: number, end: number): boolean {
  return index + 2 < end && isHexDigit(text.charCodeAt(index + 1)) && isHexDigit(text.charCodeAt(index + 2));
}

/**
 * The text with each fold, and the white space around it, as one space (RFC 3261 §7.3.1), and no white space at
 * the ends.
 */
export function unfold(text: string): string {
  const start = skipSpace(text, 0, text.length);
  const end = trimEnd(text, start, text.length);
  if (text.indexOf("\n", start) < 0) return text.slice(start, end);
  return joinLines(text.slice(start, end));
}

function joinLines(text: string): string {
  let joined = "";
  let from = 0;
  for (let feed = text.indexOf("\n"); feed >= 0; feed = text.indexOf("\n", feed + 1)) {
    const next = skipSpace(text, feed, text.length);
    if (next === feed) continue;
    joined += `${text.slice(from, trimEnd(text, from, lineEnd(text, from, feed)))} `;
    from = next;
    feed = next - 1;
  }
  return joined + text.slice(from);
}
