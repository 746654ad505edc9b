import { logicalLines, type PlacedText } from "./logical-lines.js";
import type { OnFault } from "./text-fault.js";

/** A key of a properties text with its value, both without escapes. */
export interface PropertyEntry {
  readonly key: PlacedText;
  readonly value: PlacedText;
}

/**
 * Reads a text in the syntax of Java's properties: `key: value`, `key=value` or `key value`, comments after `#` and
 * `!`, lines continued by a backslash, escapes `\t`, `\n`, `\r`, `\f`, `\uXXXX`; a backslash before anything else
 * stands for that.
 */
export function readProperties(text: string, onFault: OnFault): readonly PropertyEntry[] {
  return logicalLines(text).map((line) => readEntry(line, onFault));
}

const spaces = " \t\f";

function readEntry(line: PlacedText, onFault: OnFault): PropertyEntry {
  const keyEnd = findKeyEnd(line.text);
  let start = skipSpaces(line.text, keyEnd);
  if (":=".includes(line.text.charAt(start) || " ")) start = skipSpaces(line.text, start + 1);
  return { key: unescape(slice(line, 0, keyEnd), onFault), value: unescape(slice(line, start), onFault) };
}

function findKeyEnd(text: string): number {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charAt(index) === "\\") index += 1;
    else if (`:=${spaces}`.includes(text.charAt(index))) return index;
  }
  return text.length;
}

function skipSpaces(text: string, from: number): number {
  let index = from;
  while (index < text.length && spaces.includes(text.charAt(index))) index += 1;
  return index;
}

function slice({ text, offsets }: PlacedText, start: number, end = text.length): PlacedText {
  return { text: text.slice(start, end), offsets: offsets.slice(start, end + 1) };
}

const controls: Readonly<Record<string, string | undefined>> = { t: "\t", n: "\n", r: "\r", f: "\f" };

function unescape({ text, offsets }: PlacedText, onFault: OnFault): PlacedText {
  const plain: string[] = [];
  const places: number[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const offset = offsets[index] ?? 0;
    places.push(offset);
    const character = text.charAt(index);
    if (character !== "\\") {
      plain.push(character);
      continue;
    }
    index += 1;
    const escaped = text.charAt(index);
    if (escaped !== "u") {
      plain.push(controls[escaped] ?? escaped);
      continue;
    }
    const digits = text.slice(index + 1, index + 5);
    if (!/^[\da-f]{4}$/i.test(digits)) {
      onFault({ offset, reason: `"\\u${digits}" is no character`, mend: "Write four hexadecimal digits after \\u" });
    }
    plain.push(String.fromCharCode(Number.parseInt(digits, 16) || 0));
    index += 4;
  }
  return { text: plain.join(""), offsets: [...places, offsets.at(-1) ?? 0] };
}
