import { headerDefinition, headerDefinitions, type HeaderDefinition } from "../headers/header-table.js";
import { KnownNames } from "../headers/known-name.js";
import { plainForm, type PlainForm } from "./plain-value.js";

/** A header field the engine reads, as the parser sees it. */
export interface FieldKind {
  /** Long name in lower case. */
  readonly key: string;
  /** Octets of the name, colon included. */
  readonly length: number;
  /** What the value is checked for. */
  readonly form: PlainForm;
  readonly definition: HeaderDefinition;
}

/** The values every element must understand (RFC 3261 §16.3 step 1); of the others the parser wants no more than a line. */
const checkedForms: ReadonlyMap<string, PlainForm> = new Map([
  ["via", plainForm.via],
  ["from", plainForm.address],
  ["to", plainForm.address],
  ["contact", plainForm.address],
  ["route", plainForm.address],
  ["record-route", plainForm.address],
  ["call-id", plainForm.callId],
  ["cseq", plainForm.cseq],
  ["max-forwards", plainForm.number],
  ["content-length", plainForm.number],
]);

/** Other fields that many messages carry: names that are looked for often come first. */
const usual = ["user-agent", "allow", "supported", "content-type", "session-expires", "server", "require", "event"];
const definitions = new Map(
  [...checkedForms.keys(), ...usual]
    .map((key) => headerDefinition(key))
    .concat(...headerDefinitions())
    .flatMap((definition) => (definition === undefined ? [] : [[definition.key, definition] as const])),
);

function kindOf(name: string, definition: HeaderDefinition): readonly [name: string, kind: FieldKind] {
  const { key } = definition;
  return [name, { key, length: name.length + 1, form: checkedForms.get(key) ?? plainForm.line, definition }];
}

const kinds = new KnownNames<FieldKind>([
  ...Array.from(definitions.values(), (definition) => kindOf(definition.key, definition)),
  ...Array.from(definitions.values()).flatMap((definition) =>
    definition.compact === undefined ? [] : [kindOf(definition.compact, definition)],
  ),
]);

/** The kind of field whose name, and a colon at once, stands at a place; undefined for any other. */
export function fieldKind(octets: Uint8Array, start: number): FieldKind | undefined {
  return kinds.find(octets, start);
}

/** Tells whether a value that is not plain has to be decoded at once, to know whether it is right. */
export function mustBeChecked(key: string): boolean {
  return key !== "content-length" && checkedForms.has(key);
}
