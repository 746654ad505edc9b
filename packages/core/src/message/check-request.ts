import type { HeaderField } from "./header-field.js";
import type { SipRequest } from "./sip-request.js";

/** Why an element answers a request that is well formed. */
export interface RequestRejection {
  readonly statusCode: number;
  readonly reason: string;
}

const mandatoryBits = 31;
const names = ["Via", "From", "To", "Call-ID", "CSeq"];

/**
 * The checks of RFC 3261 §8.2 and §16.3 that need no more than the message: what must be there is there, once, and the
 * scheme of the Request-URI is one we know. Undefined: nothing is wrong.
 */
export function checkRequest(request: SipRequest): RequestRejection | undefined {
  let seen = 0;
  for (const field of request.fields) {
    const bit = bitOf(field.key);
    if (bit > 1 && (seen & bit) !== 0 && differs(request, field)) return bad(`${field.name} stands twice`);
    seen |= bit;
  }
  if ((seen & mandatoryBits) !== mandatoryBits) return bad(`${missing(seen)} is missing`);
  return schemeRejection(request.requestUriText);
}

/** One bit for each header that every request has and that stands once (RFC 3261 §8.1.1), in the order of their names. */
function bitOf(key: string): number {
  switch (key) {
    case "via":
      return 1;
    case "from":
      return 2;
    case "to":
      return 4;
    case "call-id":
      return 8;
    case "cseq":
      return 16;
    case "max-forwards":
      return 32;
    default:
      return 0;
  }
}

function bad(reason: string): RequestRejection {
  return { statusCode: 400, reason };
}

function differs(request: SipRequest, field: HeaderField): boolean {
  return request.fieldsOf(field.key).some((other) => other.text !== field.text);
}

function missing(seen: number): string {
  return names.find((_name, index) => (seen & (1 << index)) === 0) ?? "A header field";
}

function schemeRejection(uri: string): RequestRejection | undefined {
  if (uri.startsWith("sip:") || uri.startsWith("sips:") || uri.startsWith("tel:")) return undefined;
  const scheme = uri.slice(0, uri.indexOf(":")).toLowerCase();
  if (scheme === "sip" || scheme === "sips" || scheme === "tel") return undefined;
  return { statusCode: 416, reason: `Unsupported URI Scheme` };
}
