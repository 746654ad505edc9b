import { compileEre } from "./compile-ere.js";
import { matchEre, type EreMatch } from "./match-ere.js";
import { parseEre } from "./parse-ere.js";

/** The parts of a substitution expression. */
interface Substitution {
  readonly pattern: string;
  readonly replacement: string;
  readonly ignoreCase: boolean;
}

/**
 * Applies a substitution expression such as `!^\+1(.*)$!sip:\1@example.com!i` to a text, and gives the replacement with
 * its references filled in; undefined when the expression is malformed or does not match. RFC 3402 §3.2.
 */
export function substitute(expression: string, text: string): string | undefined {
  const parts = splitExpression(expression);
  const node = parts && parseEre(parts.pattern, parts.ignoreCase);
  const program = node && compileEre(node);
  const match = program && matchEre(program, text);
  return match && fillIn(parts.replacement, text, match);
}

/** The delimiter is the first character, whatever it is; it may stand in the parts behind a backslash. */
function splitExpression(expression: string): Substitution | undefined {
  const delimiter = expression[0] ?? "";
  if (delimiter === "" || "\\iI0123456789".includes(delimiter)) return undefined;
  const first = nextDelimiter(expression, delimiter, 1);
  const second = nextDelimiter(expression, delimiter, first + 1);
  if (first < 0 || second < 0) return undefined;
  const flags = expression.slice(second + 1);
  if (flags !== "" && flags !== "i") return undefined;
  return {
    pattern: expression.slice(1, first),
    replacement: expression.slice(first + 1, second),
    ignoreCase: flags === "i",
  };
}

function nextDelimiter(expression: string, delimiter: string, from: number): number {
  for (let index = from; index < expression.length; index++) {
    if (expression[index] === "\\") index++;
    else if (expression[index] === delimiter) return index;
  }
  return -1;
}

function fillIn(replacement: string, text: string, match: EreMatch): string {
  let result = "";
  for (let index = 0; index < replacement.length; index++) {
    const character = replacement[index] ?? "";
    if (character !== "\\") {
      result += character;
      continue;
    }
    const escaped = replacement[++index] ?? "";
    result += escaped >= "1" && escaped <= "9" ? groupText(text, match, Number(escaped)) : escaped;
  }
  return result;
}

/** A group that took no part is empty. */
function groupText(text: string, match: EreMatch, group: number): string {
  const start = match[group * 2];
  const end = match[group * 2 + 1];
  return start === undefined || end === undefined ? "" : text.slice(start, end);
}
