import { PERCENT } from "./character-codes.js";
import { isHexDigit, reservedCharacters, type CharacterTable } from "./character-tables.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Undoes the escapes of a URI component, once (RFC 3261 §19.1.2). Where a run of escapes is no UTF-8, its octets
 * above ASCII stay escaped: nothing is lost and nothing becomes the replacement character.
 */
export function decodePercent(text: string): string {
  return text.includes("%") ? mapEscapes(text, decodeRun) : text;
}

/** Writes a value as URI component: every character the table lacks becomes the escapes of its UTF-8 octets. */
export function encodePercent(value: string, allowed: CharacterTable): string {
  return escapeOthers(value, allowed, false);
}

/** As {@link encodePercent} for text that may already hold escapes: those stay. */
export function completeEscapes(text: string, allowed: CharacterTable): string {
  return escapeOthers(text, allowed, true);
}

/**
 * One spelling for all texts of a component that are equal by RFC 3261 §19.1.4: escapes of non-reserved printable
 * characters undone, the digits of the others in upper case.
 */
export function normalizeEscapes(text: string): string {
  return text.includes("%") ? mapEscapes(text, normalizeRun) : text;
}

/** As {@link normalizeEscapes}, with escapes undone wherever the character may stand bare, reserved or not. */
export function minimizeEscapes(text: string, allowed: CharacterTable): string {
  if (!text.includes("%")) return text;
  return mapEscapes(text, (run) => mapOctets(run, (code) => allowed[code] === 1));
}

/** Applies `change` to each longest run of escapes. */
function mapEscapes(text: string, change: (run: string) => string): string {
  let result = "";
  let from = 0;
  for (let start = text.indexOf("%"); start >= 0; start = text.indexOf("%", from)) {
    let end = start;
    while (isEscapeAt(text, end)) end += 3;
    if (end === start) end++;
    result += text.slice(from, start) + change(text.slice(start, end));
    from = end;
  }
  return result + text.slice(from);
}

function isEscapeAt(text: string, index: number): boolean {
  return (
    text.charCodeAt(index) === PERCENT &&
    isHexDigit(text.charCodeAt(index + 1)) &&
    isHexDigit(text.charCodeAt(index + 2))
  );
}

function octets(run: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor(run.length / 3));
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(run.slice(index * 3 + 1, index * 3 + 3), 16);
  }
  return bytes;
}

function decodeRun(run: string): string {
  try {
    return run.length < 3 ? run : decoder.decode(octets(run));
  } catch {
    return mapOctets(run, (code) => code < 0x80);
  }
}

function normalizeRun(run: string): string {
  return mapOctets(run, (code) => code > 0x20 && code < 0x7f && code !== PERCENT && reservedCharacters[code] !== 1);
}

function mapOctets(run: string, bare: (code: number) => boolean): string {
  if (run.length < 3) return run;
  let result = "";
  for (const code of octets(run)) result += bare(code) ? String.fromCharCode(code) : escapeOf(code);
  return result;
}

function escapeOf(code: number): string {
  return `%${code < 0x10 ? "0" : ""}${code.toString(16).toUpperCase()}`;
}

function escapeOthers(text: string, allowed: CharacterTable, keepEscapes: boolean): string {
  let result = "";
  let from = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (allowed[code] === 1 || (keepEscapes && isEscapeAt(text, index))) continue;
    const width = (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
    result += text.slice(from, index);
    for (const octet of encoder.encode(text.slice(index, index + width))) result += escapeOf(octet);
    from = index + width;
    index = from - 1;
  }
  return from === 0 ? text : result + text.slice(from);
}
