import { firstComma } from "../grammar/comma-list.js";
import { HeaderField } from "./header-field.js";
import type { SipMessage } from "./sip-message.js";
import type { SipRequest } from "./sip-request.js";

/**
 * Rewrites the first Via line of a request that nobody but the transport has seen yet: the one change that is made to a
 * received message (RFC 3261 §18.2.1). The rewriter gives the new line, in which it has set or removed parameters whose values
 * are tokens or addresses, or undefined to leave it byte for byte.
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
    if (line !== undefined) fields[index] = field.withLine(line);
    return;
  }
}

/** The fields of a message without its first Via value (RFC 3261 §16.7 step 3). The values behind it stay as they are. */
export function fieldsWithoutTopVia(message: SipMessage): HeaderField[] {
  const fields = [...message.fields];
  const index = fields.findIndex((field) => field.key === "via");
  const field = fields[index];
  if (field === undefined) return fields;
  const values = field.line.slice(field.valueStart);
  const end = firstComma(values);
  if (end === values.length) fields.splice(index, 1);
  else fields[index] = new HeaderField("via", `Via: ${values.slice(end + 1).trimStart()}`, 5);
  return fields;
}
