import { COMMA } from "./character-codes.js";
import { groupEnd, opensGroup } from "./group-end.js";
import { skipSpace, trimEnd } from "./scan.js";

/**
 * Cuts the value of one header field at its commas: those inside `<…>`, quotes and comments do not count
 * (RFC 3261 §7.3.1). The parts have no white space at their ends; an empty part stays, so that the reader of the
 * header can refuse it. A sign that opens a group which never closes means nothing; that keeps the time linear.
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
  const unclosed = new Set<number>();
  for (let index = 0; index < text.length && found.length < atMost; index++) {
    const code = text.charCodeAt(index);
    if (code === COMMA) {
      found.push(index);
    } else if (opensGroup(code) && !unclosed.has(code)) {
      const end = groupEnd(text, index);
      if (end > 0) index = end - 1;
      else unclosed.add(code);
    }
  }
  return found;
}
