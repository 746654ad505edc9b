import { splitCommaList } from "../../grammar/comma-list.js";
import { HeaderField } from "../../message/header-field.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import { unfold } from "../../message/wire-text.js";

/** The fields of a message without the first value of that header; the other values and fields stay as they are. */
export function withoutFirstValue(fields: readonly HeaderField[], key: string): HeaderField[] {
  return withoutValue(
    fields,
    fields.findIndex((field) => field.key === key),
    (values) => values.slice(1),
  );
}

/** The fields of a message without the last value of that header. */
export function withoutLastValue(fields: readonly HeaderField[], key: string): HeaderField[] {
  return withoutValue(
    fields,
    fields.findLastIndex((field) => field.key === key),
    (values) => values.slice(0, -1),
  );
}

function withoutValue(
  fields: readonly HeaderField[],
  index: number,
  remove: (values: readonly string[]) => readonly string[],
): HeaderField[] {
  const rest = [...fields];
  const field = rest[index];
  if (field === undefined) return rest;
  const left = field.line.includes(",") ? remove(wireValues(field)) : [];
  if (left.length === 0) rest.splice(index, 1);
  else rest[index] = wireField(field.key, field.name, left.join(", "));
  return rest;
}

/** The values of a field that may be joined by commas, as they stand on the wire. */
export function wireValues(field: HeaderField): string[] {
  return splitCommaList(unfold(field.line.slice(field.valueStart)));
}

/** A field of a text that is known to break no line. */
export function wireField(key: string, name: string, text: string): HeaderField {
  return new HeaderField(key, `${name}: ${text}`, name.length + 2);
}

/** Puts fields in front of all others but the Vias that lead the message. */
export function putBelowVia(request: RequestBuilder, added: readonly HeaderField[]): void {
  if (added.length === 0) return;
  const { fields } = request;
  let place = 0;
  while (fields[place]?.key === "via") place++;
  request.replaceFields([...fields.slice(0, place), ...added, ...fields.slice(place)]);
}
