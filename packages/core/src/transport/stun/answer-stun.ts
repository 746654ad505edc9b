import type { Endpoint } from "../endpoint.js";
import { encodeStun, encodeXorAddress, stunAttributes, stunTypes, type StunMessage } from "./stun-message.js";

/** Below this, an attribute must be understood (RFC 5389 §15). */
const firstOptionalAttribute = 0x8000;

/** Attributes that RFC 5389 §15 defines: known, though a keep-alive has no use for them. */
const knownAttributes: ReadonlySet<number> = new Set([0x0001, 0x0006, 0x0008, 0x0009, 0x000a, 0x0014, 0x0015, 0x0020]);

/**
 * The answer to a Binding request that came to a SIP port: where it came from, or 420 with the attributes that are not
 * known (RFC 5389 §7.3, RFC 5626 §8). Undefined for what gets no answer.
 */
export function answerStun(request: StunMessage, remote: Endpoint): Buffer | undefined {
  if (request.type !== stunTypes.bindingRequest) return undefined;
  const { transactionId } = request;
  const unknown = request.attributes.map(({ type }) => type).filter(isUnknown);
  if (unknown.length > 0) {
    return encodeStun({ type: stunTypes.bindingError, transactionId, attributes: refusal(unknown) });
  }
  const value = encodeXorAddress(remote, transactionId);
  const attributes = [{ type: stunAttributes.xorMappedAddress, value }];
  return encodeStun({ type: stunTypes.bindingSuccess, transactionId, attributes });
}

function isUnknown(type: number): boolean {
  return type < firstOptionalAttribute && !knownAttributes.has(type);
}

/** ERROR-CODE 420 and UNKNOWN-ATTRIBUTES (RFC 5389 §15.6, §15.9). */
function refusal(unknown: readonly number[]): StunMessage["attributes"] {
  const list = Buffer.alloc(2 * unknown.length);
  for (const [index, type] of unknown.entries()) list.writeUInt16BE(type, 2 * index);
  return [
    { type: stunAttributes.errorCode, value: Buffer.from("\0\0\u0004\u0014Unknown Attribute", "latin1") },
    { type: stunAttributes.unknownAttributes, value: list },
  ];
}
