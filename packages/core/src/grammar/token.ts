import { EngineError } from "../errors/engine-error.js";
import { tokenEnd } from "./scan.js";

/** Tells whether the whole text, which must not be empty, is one token (RFC 3261 §25.1). */
export function isToken(text: string): boolean {
  return text.length > 0 && tokenEnd(text, 0, text.length) === text.length;
}

/** The text itself if it is one token; else throws `header.malformed` with what it was to be. */
export function checkToken(text: string, what: string): string {
  if (!isToken(text)) throw new EngineError("header.malformed", { detail: `${what}: "${text}" is no token` });
  return text;
}
