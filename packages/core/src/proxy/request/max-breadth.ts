import type { HeaderField } from "../../message/header-field.js";
import type { SipRequest } from "../../message/sip-request.js";
import { digitsValue } from "../../grammar/digits.js";
import { wireField } from "./route-fields.js";

const fields: (HeaderField | undefined)[] = [];

/** The Max-Breadth that came; undefined where there is none or it cannot be read (RFC 5393 §5.3.1). */
export function maxBreadthOf(request: SipRequest): number | undefined {
  const text = request.field("max-breadth")?.text;
  const value = text === undefined ? -1 : digitsValue(text, 0, text.length);
  return value < 0 ? undefined : value;
}

/** The field for a breadth of 0 to 60. */
export function maxBreadthField(breadth: number): HeaderField {
  return (fields[breadth] ??= wireField("max-breadth", "Max-Breadth", String(breadth)));
}
