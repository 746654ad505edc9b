import { DOT } from "../grammar/character-codes.js";
import { isDigit } from "../grammar/character-tables.js";

/** The number of a `qvalue`, 0 to 1 with up to three digits behind the point; `undefined` if it is none (RFC 3261 §25.1). */
export function qvalueOf(text: string): number | undefined {
  const first = text.charCodeAt(0) - 0x30;
  if ((first !== 0 && first !== 1) || text.length > 5) return undefined;
  if (text.length > 1 && text.charCodeAt(1) !== DOT) return undefined;
  for (let index = 2; index < text.length; index++) if (!isDigit(text.charCodeAt(index))) return undefined;
  const value = Number(text);
  return value > 1 ? undefined : value;
}

/** Writes a number as `qvalue`. */
export function writeQvalue(value: number): string {
  return String(Math.round(Math.min(Math.max(value, 0), 1) * 1000) / 1000);
}
