import type { HeaderField } from "../../message/header-field.js";
import { SipResponse } from "../../message/sip-response.js";
import { fieldsWithoutTopVia } from "../../message/top-via.js";

const reasonStart = "SIP/2.0 200 ".length;

/**
 * A response as it goes on, our Via taken off; undefined when no Via is left: then it was for us (RFC 3261 §16.7 step 3).
 */
export function withoutOwnVia(response: SipResponse): SipResponse | undefined {
  const fields = fieldsBelow(response);
  if (!fields.some(isVia)) return undefined;
  return new SipResponse(response.statusCode, response.startLine.slice(reasonStart), fields, response.body);
}

/** Mostly our Via has a line of its own. */
function fieldsBelow(response: SipResponse): HeaderField[] {
  const index = response.fields.findIndex(isVia);
  if (response.fields[index]?.line.includes(",") !== false) return fieldsWithoutTopVia(response);
  return response.fields.toSpliced(index, 1);
}

function isVia({ key }: HeaderField): boolean {
  return key === "via";
}
