import { COMMA, GREATER_THAN, LESS_THAN, OPEN_PARENTHESIS, QUOTE } from "./character-codes.js";
import { commentEnd } from "./comment.js";
import { quotedStringEnd } from "./quoted-string.js";
import { skipSpace, trimEnd } from "./scan.js";

/**
 * Cuts the value of one header field at its commas: those inside `<…>`, quotes and comments do not count
 * (RFC 3261 §7.3.1). The parts have no white space at their ends; an empty part stays, so that the reader of the
 * header can refuse it. Runs in linear time whatever the text.
 */
export function splitCommaList(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const comma of commas(text)) {
    parts.push(trimmed(text, from, comma));
    from = comma + 1;
  }
  parts.push(trimmed(text, from, text.length));
  return parts;
}

/** The index of the first comma that separates values, or the length of the text. */
export function firstComma(text: string): number {
  return commas(text, 1)[0] ?? text.length;
}

function trimmed(text: string, from: number, to: number): string {
  const start = skipSpace(text, from, to);
  return text.slice(start, trimEnd(text, start, to));
}

function commas(text: string, atMost = Number.POSITIVE_INFINITY): number[] {
  const found: number[] = [];
  if (!text.includes(",")) return found;
  const closable = new Set([QUOTE, LESS_THAN, OPEN_PARENTHESIS]);
  for (let index = 0; index < text.length && found.length < atMost; index++) {
    const code = text.charCodeAt(index);
    if (code === COMMA) {
      found.push(index);
    } else if (closable.has(code)) {
      const end = groupEnd(text, index, code);
      if (end > 0) index = end - 1;
      else closable.delete(code);
    }
  }
  return found;
}

/** The index behind the group that opens at `index`, or -1 if it stays open: then its sign means nothing here. */
function groupEnd(text: string, index: number, code: number): number {
  if (code === QUOTE) return quotedStringEnd(text, index, text.length);
  if (code === OPEN_PARENTHESIS) return commentEnd(text, index, text.length);
  return text.indexOf(String.fromCharCode(GREATER_THAN), index) + 1 || -1;
}
