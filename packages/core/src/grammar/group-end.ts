import { LESS_THAN, OPEN_PARENTHESIS, QUOTE } from "./character-codes.js";
import { commentEnd } from "./comment.js";
import { quotedStringEnd } from "./quoted-string.js";

/** Tells whether the sign opens a quoted string, a URI in angle brackets, or a comment. */
export function opensGroup(code: number): boolean {
  return code === QUOTE || code === LESS_THAN || code === OPEN_PARENTHESIS;
}

/**
 * The index behind the group whose first sign stands at `index`, or -1 if it never closes. Inside a group no
 * separator counts (RFC 3261 §7.3.1).
 */
export function groupEnd(text: string, index: number): number {
  const code = text.charCodeAt(index);
  if (code === QUOTE) return quotedStringEnd(text, index, text.length);
  if (code === OPEN_PARENTHESIS) return commentEnd(text, index, text.length);
  const close = text.indexOf(">", index);
  return close < 0 ? -1 : close + 1;
}
