import type { Contact } from "../../../headers/contact.js";
import { canonicalHost } from "../../../grammar/host.js";
import type { Binding } from "./location-record.js";
import type { RegisterRequest } from "./register-request.js";

/**
 * The flow a contact is reached by, when this element holds it. Outbound and WebSocket contacts have no other way and end
 * with it (RFC 5626 §6, RFC 7118 §5); so does a stream from behind a NAT. Over UDP a NAT keeps the pair of addresses open
 * (RFC 3581). A stream from the address of the contact itself is used as long as it lasts. Every other contact is reached
 * by its URI, whoever registered it.
 */
export function bindingFlow(
  contact: Contact,
  request: RegisterRequest,
  isOutbound: boolean,
): Pick<Binding, "flow" | "isFlowBound"> {
  const { flow, received, isFirstHop, path } = request;
  if (flow === undefined || received === undefined || !isFirstHop || path.length > 0) return {};
  const { protocol, address } = received;
  const host = contact.uri?.kind === "sip" ? canonicalHost(contact.uri.host) : "";
  const isStream = protocol !== "udp";
  if (isOutbound || protocol.startsWith("ws") || host.endsWith(".invalid")) return { flow, isFlowBound: isStream };
  if (isStream && host === canonicalHost(address)) return { flow, isFlowBound: false };
  const isBehindNat = host === request.sentByHost && host !== canonicalHost(address);
  return isBehindNat ? { flow, isFlowBound: isStream } : {};
}
