import { BACKSLASH, EQUALS, QUOTE, SEMICOLON } from "../grammar/character-codes.js";
import { equalIgnoringCase } from "../grammar/equal-ignoring-case.js";
import { unquote } from "../grammar/quoted-string.js";
import { skipSpace, tokenEnd } from "../grammar/scan.js";

/**
 * The tag of a From or To value, without building the value. Never throws: of a malformed value it tells the tag that
 * stands where a tag would, or none.
 */
export function peekTag(text: string): string | undefined {
  let index = parametersStart(text);
  while (index >= 0) {
    const start = skipSpace(text, index + 1, text.length);
    const nameEnd = tokenEnd(text, start, text.length);
    const next = skipSpace(text, nameEnd, text.length);
    if (nameEnd - start === 3 && isTag(text, start)) return tagValue(text, next);
    index = nextSemicolon(text, next);
  }
  return undefined;
}

/** The index of the first `;` behind the URI, or -1. Without angle brackets the first `;` ends the URI (RFC 3261 §20). */
function parametersStart(text: string): number {
  const start = skipSpace(text, 0, text.length);
  const isQuoted = text.charCodeAt(start) === QUOTE;
  const open = text.indexOf("<", isQuoted ? quotedEnd(text, start) : start);
  const semicolon = text.indexOf(";");
  if (!isQuoted && (open < 0 || (semicolon >= 0 && semicolon < open))) return semicolon;
  return open < 0 ? -1 : text.indexOf(";", text.indexOf(">", open));
}

/** The index behind the closing quote, or the end of the text. */
function quotedEnd(text: string, quote: number): number {
  const close = text.indexOf('"', quote + 1);
  if (close > 0 && text.charCodeAt(close - 1) !== BACKSLASH) return close + 1;
  for (let index = quote + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === BACKSLASH) index++;
    else if (code === QUOTE) return index + 1;
  }
  return text.length;
}

function isTag(text: string, start: number): boolean {
  return text.startsWith("tag", start) || equalIgnoringCase(text.slice(start, start + 3), "tag");
}

function tagValue(text: string, index: number): string | undefined {
  if (index >= text.length || text.charCodeAt(index) !== EQUALS) return undefined;
  const start = skipSpace(text, index + 1, text.length);
  if (text.charCodeAt(start) === QUOTE) return unquote(text.slice(start, quotedEnd(text, start)));
  const end = tokenEnd(text, start, text.length);
  return end > start ? text.slice(start, end) : undefined;
}

/** The next `;` at or after the index that stands in no quoted value, or -1. */
function nextSemicolon(text: string, from: number): number {
  for (let index = from; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === SEMICOLON) return index;
    if (code === QUOTE) index = quotedEnd(text, index) - 1;
  }
  return -1;
}
