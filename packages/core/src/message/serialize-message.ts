// The global of that name is a getter that Node calls each time.
import { Buffer } from "node:buffer";
import { headerDefinition } from "../headers/header-table.js";
import { HeaderField } from "./header-field.js";
import type { SipRequest } from "./sip-request.js";
import type { SipResponse } from "./sip-response.js";

/** How header fields are named: by one letter where the standard has one, or in full (RFC 3261 §7.3.3). */
export interface SerializeOptions {
  readonly form: "compact" | "long";
}

/**
 * Writes a message. Fields leave as their lines stand unless a form is asked for; Content-Length is added when the
 * message has none. RFC 3261 §7, §18.3.
 */
export function serializeMessage(message: SipRequest | SipResponse, options?: SerializeOptions): Uint8Array {
  const { body } = message;
  let head = `${message.startLine}\r\n${options === undefined ? HeaderField.join(message.fields) : linesInForm(message.fields, options)}`;
  if (message.field("content-length") !== undefined) head += "\r\n";
  else head += `${options?.form === "compact" ? "l" : "Content-Length"}: ${body.length}\r\n\r\n`;
  if (body.length === 0) return Buffer.from(head, "latin1");
  const bytes = Buffer.allocUnsafe(head.length + body.length);
  bytes.write(head, 0, "latin1");
  bytes.set(body, head.length);
  return bytes;
}

function linesInForm(fields: readonly HeaderField[], options: SerializeOptions): string {
  let lines = "";
  for (const field of fields) lines += `${lineInForm(field, options)}\r\n`;
  return lines;
}

/** The field under another name; its value stays as it is. A header the engine does not read has one name only. */
function lineInForm({ key, line, valueStart }: HeaderField, { form }: SerializeOptions): string {
  const definition = headerDefinition(key);
  if (definition === undefined) return line;
  return `${(form === "compact" ? definition.compact : undefined) ?? definition.name}: ${line.slice(valueStart)}`;
}
