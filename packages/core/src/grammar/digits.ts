import { isDigit } from "./character-tables.js";

/** Largest number of significant digits that a double still holds exactly. */
const EXACT_DIGITS = 15;

/** The number that the digits from `start` to `end` stand for, or -1 if it is empty, has other characters, or is beyond exact arithmetic. */
export function digitsValue(text: string, start: number, end: number): number {
  let value = 0;
  let significant = 0;
  if (start >= end) return -1;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (!isDigit(code)) return -1;
    value = value * 10 + code - 0x30;
    if (value > 0) significant++;
    if (significant > EXACT_DIGITS) return -1;
  }
  return value;
}
