import { createHeaderField, headerDefinition, type HeaderField } from "@siplet/core";
import type { HeaderForm } from "../api/sip-servlet-message.js";

/** Header fields with their names in one form, where they have that form (RFC 3261 §7.3.3, JSR 289 §5.4.3). */
export function fieldsInForm(fields: readonly HeaderField[], form: HeaderForm): HeaderField[] {
  return fields.map((field) => {
    const definition = headerDefinition(field.key);
    const name = form === "COMPACT" ? definition?.compact : definition?.name;
    return name === undefined || name === field.name ? field : createHeaderField(name, field.text);
  });
}
