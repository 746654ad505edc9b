import { HeaderField } from "./header-field.js";
import type { SipMessage } from "./sip-message.js";
import type { SipRequest } from "./sip-request.js";

/** The first value of a Via line ends at a comma outside quotes. */
function endOfFirstValue(line: string, start: number): number {
  let quoted = false;
  for (let index = start; index < line.length; index++) {
    const character = line[index];
    if (character === "\\" && quoted) index++;
    else if (character === '"') quoted = !quoted;
    else if (character === "," && !quoted) return index;
  }
  return line.length;
}

/**
 * Rewrites the first Via value of a request that nobody but the transport has seen yet: the one change that is made to a
 * received message (RFC 3261 §18.2.1). Every other value stays byte for byte.
 */
export function replaceTopVia(request: SipRequest, rewrite: (value: string) => string): void {
  const fields = request.fields as HeaderField[];
  const index = fields.findIndex((field) => field.key === "via");
  const field = fields[index];
  if (field === undefined) return;
  const end = endOfFirstValue(field.line, field.valueStart);
  const value = rewrite(field.line.slice(field.valueStart, end).trimEnd());
  fields[index] = new HeaderField(
    "via",
    field.line.slice(0, field.valueStart) + value + field.line.slice(end),
    field.valueStart,
  );
}

/** The fields of a message without its first Via value (RFC 3261 §16.7 step 3). */
export function fieldsWithoutTopVia(message: SipMessage): HeaderField[] {
  const fields = [...message.fields];
  const index = fields.findIndex((field) => field.key === "via");
  const field = fields[index];
  if (field === undefined) return fields;
  const end = endOfFirstValue(field.line, field.valueStart);
  if (end === field.line.length) fields.splice(index, 1);
  else fields[index] = new HeaderField("via", `Via: ${field.line.slice(end + 1).trimStart()}`, 5);
  return fields;
}
