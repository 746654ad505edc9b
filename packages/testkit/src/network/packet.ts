import type { Endpoint, TransportProtocol } from "@siplet/core";
import type { WireMessage } from "../messages/wire-message.js";

/** One message on its way through the network. */
export interface Packet {
  readonly protocol: TransportProtocol;
  /** Where it comes from: a listener, or the near end of a stream connection. */
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** Time at which it was sent, on the clock's monotonic scale. */
  readonly sentAt: number;
  readonly message: WireMessage;
}

/**
 * Which messages are meant: `INVITE` for requests of that method, `200 INVITE` or `200` for responses, `*` for all, or a
 * function that looks at the message.
 */
export type MessageMatch = string | ((message: WireMessage, packet: Packet) => boolean);

/** Tells whether a packet is meant. */
export function matchesPacket(match: MessageMatch, packet: Packet): boolean {
  const { message } = packet;
  if (typeof match === "function") return match(message, packet);
  return match === "*" || match === message.summary || (!message.isRequest && match === String(message.status));
}
