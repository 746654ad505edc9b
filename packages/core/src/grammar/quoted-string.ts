import { EngineError } from "../errors/engine-error.js";
import { BACKSLASH, CR, LF, QUOTE, SPACE, TAB } from "./character-codes.js";
import { skipSpace, unfold } from "./scan.js";

const DELETE = 0x7f;

/** The index behind the quoted-string whose opening quote stands at `index`, or -1 if it never closes or holds bare controls. */
export function quotedStringEnd(text: string, index: number, end: number): number {
  let at = index + 1;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) {
      if (at + 1 >= end || isLineEnd(text.charCodeAt(at + 1))) return -1;
      at += 2;
    } else if (code >= SPACE && code !== DELETE) {
      at++;
    } else {
      const next = skipSpace(text, at, end);
      if (next === at) return -1;
      at = next;
    }
  }
  return -1;
}

function isLineEnd(code: number): boolean {
  return code === CR || code === LF;
}

/** The value of a quoted-string: without its quotes, quoted-pairs undone, folds as one space (RFC 3261 §25.1). Other text comes back as it is. */
export function unquote(text: string): string {
  const last = text.length - 1;
  if (last < 1 || text.charCodeAt(0) !== QUOTE || text.charCodeAt(last) !== QUOTE) return text;
  return undoPairs(text, 1, last);
}

/** The characters from `start` to `end` with quoted-pairs undone and folds as one space. */
export function undoPairs(text: string, start: number, end: number): string {
  const inner = text.slice(start, end);
  const flat = inner.includes("\n") ? unfoldKeepingEnds(inner) : inner;
  let backslash = flat.indexOf("\\");
  if (backslash < 0) return flat;
  let value = "";
  let from = 0;
  while (backslash >= 0) {
    value += flat.slice(from, backslash);
    from = backslash + 1;
    backslash = flat.indexOf("\\", from + 1);
  }
  return value + flat.slice(from);
}

/** Unfolds text whose spaces at the ends belong to it. */
function unfoldKeepingEnds(inner: string): string {
  return unfold(`|${inner}|`).slice(1, -1);
}

/** Writes a value as quoted-string, escaping quotes, backslashes and controls. A line end has no escape: it throws. */
export function quote(value: string): string {
  let escaped = "";
  let from = 0;
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (!needsEscape(code)) continue;
    if (isLineEnd(code)) {
      throw new EngineError("header.malformed", { detail: "a quoted string cannot hold a line end" });
    }
    escaped += `${value.slice(from, index)}\\`;
    from = index;
  }
  return `"${escaped}${value.slice(from)}"`;
}

function needsEscape(code: number): boolean {
  return code === QUOTE || code === BACKSLASH || (code < SPACE && code !== TAB) || code === DELETE;
}
