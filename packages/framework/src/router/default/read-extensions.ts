import { RE2JS } from "re2js";
import type { TupleField } from "./read-tuples.js";
import { isOrigin } from "./request-origin.js";
import type { RouterEntry } from "./router-entry.js";
import type { OnFault } from "./text-fault.js";

type Extensions = Pick<RouterEntry, "direction" | "expression">;

/**
 * Reads what follows the six strings of the JSR: `DIRECTION=…` and `REGEX=…`, each in a string of its own or behind one
 * another in one; an expression reaches to the end of its string.
 */
export function readExtensions(fields: readonly TupleField[], onFault: OnFault): Extensions {
  const none: Extensions = { direction: undefined, expression: undefined };
  return Object.assign(none, ...fields.map((field) => readField(field, onFault))) as Extensions;
}

function readField({ text, offset }: TupleField, onFault: OnFault): Partial<Extensions> {
  const trimmed = text.trim();
  const [, name = "", value = ""] = /^([A-Za-z]+)\s*=\s*([^]*)$/.exec(trimmed) ?? [];
  if (name.toUpperCase() === "REGEX") return { expression: compile(value, offset, onFault) };
  if (name.toUpperCase() === "DIRECTION") {
    const [, word = "", rest = ""] = /^(\w*)[\s,;]*([^]*)$/.exec(value) ?? [];
    return { ...directionOf(word, offset, onFault), ...(rest !== "" && readField({ text: rest, offset }, onFault)) };
  }
  if (trimmed !== "") {
    onFault({ offset, reason: `"${trimmed}" is no extension`, mend: 'Write "DIRECTION=…" or "REGEX=…"' });
  }
  return {};
}

function directionOf(word: string, offset: number, onFault: OnFault): Partial<Extensions> {
  const direction = word.toUpperCase();
  if (isOrigin(direction)) return { direction };
  const reason = `"${word}" is no direction`;
  onFault({ offset, reason, mend: "Write INBOUND, OUTBOUND or UAC_ROUTE_BACK" });
  return {};
}

/** Expressions meet text from the network: RE2 takes linear time for any expression and text. */
function compile(expression: string, offset: number, onFault: OnFault): RE2JS | undefined {
  try {
    return RE2JS.compile(expression, RE2JS.MULTILINE);
  } catch (error) {
    const reason = `"${expression}" is no expression: ${error instanceof Error ? error.message : String(error)}`;
    onFault({ offset, reason, mend: "Write RE2 syntax (no back references, no look-around), each backslash twice" });
    return undefined;
  }
}
