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
 * Rewrites the first Via line of a request that nobody but the transport has seen yet: the one change that is made to a
 * received message (RFC 3261 §18.2.1). The rewriter gives the new line, or undefined to leave it byte for byte.
 */
export function rewriteTopVia<Argument>(
  request: SipRequest,
  rewrite: (line: string, valueStart: number, request: SipRequest, argument: Argument) => string | undefined,
  argument: Argument,
): void {
  const fields = request.fields as HeaderField[];
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index];
    if (field?.key !== "via") continue;
    const line = rewrite(field.line, field.valueStart, request, argument);
    if (line !== undefined) fields[index] = new HeaderField("via", line, field.valueStart);
    return;
  }
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
