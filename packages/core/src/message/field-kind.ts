import { headerDefinition, headerDefinitions } from "../headers/header-table.js";
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
}

/** The values every element must understand (RFC 3261 §16.3 step 1); of the others the parser wants no more than a line. */
const checkedForms: Readonly<Record<string, PlainForm>> = {
  via: plainForm.via,
  from: plainForm.address,
  to: plainForm.address,
  contact: plainForm.address,
  route: plainForm.address,
  "record-route": plainForm.address,
  "call-id": plainForm.callId,
  cseq: plainForm.cseq,
  "max-forwards": plainForm.number,
  "content-length": plainForm.number,
};

/** Other fields that many messages carry: names that are looked for often come first. */
const usual = ["user-agent", "allow", "supported", "content-type", "session-expires", "server", "require", "event"];
const keys = [...Object.keys(checkedForms), ...usual, ...Array.from(headerDefinitions(), ({ key }) => key)];

function kindOf(name: string, key: string): readonly [name: string, kind: FieldKind] {
  return [name, { key, length: name.length + 1, form: checkedForms[key] ?? plainForm.line }];
}

const kinds = new KnownNames<FieldKind>([
  ...Array.from(new Set(keys), (key) => kindOf(key, headerDefinition(key)?.key ?? key)),
  ...Array.from(headerDefinitions(), ({ compact = "", key }) => kindOf(compact, key)).filter(([name]) => name !== ""),
]);

/** The kind of field whose name, and a colon at once, stands at a place; undefined for any other. */
export function fieldKind(octets: Uint8Array, start: number): FieldKind | undefined {
  return kinds.find(octets, start);
}

/** Tells whether a value that is not plain has to be decoded at once, to know whether it is right. */
export function mustBeChecked(key: string): boolean {
  return key !== "content-length" && checkedForms[key] !== undefined;
}
