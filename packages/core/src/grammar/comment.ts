import { BACKSLASH, CLOSE_PARENTHESIS, OPEN_PARENTHESIS } from "./character-codes.js";

/** The index behind the comment whose opening parenthesis stands at `index`, or -1 if it never closes. Comments nest (RFC 3261 §25.1). */
export function commentEnd(text: string, index: number, end: number): number {
  let depth = 0;
  for (let at = index; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === OPEN_PARENTHESIS) depth++;
    else if (code === CLOSE_PARENTHESIS && --depth === 0) return at + 1;
  }
  return -1;
}
