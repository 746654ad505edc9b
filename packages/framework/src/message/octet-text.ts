import { parseMessage, serializeMessage, type SipRequest } from "@siplet/core";

/** Octets as text of one octet each character, which any store can write. */
export function textOfOctets(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString("latin1");
}

/** The octets of such a text. */
export function octetsOfText(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

/** A request as such a text. */
export function textOfRequest(request: SipRequest | undefined): string | undefined {
  return request && textOfOctets(serializeMessage(request));
}

/** The request of such a text; undefined when it cannot be read any more. */
export function requestOfText(text: string | undefined): SipRequest | undefined {
  const message = text === undefined ? undefined : parseMessage(octetsOfText(text));
  return message?.kind === "request" ? message : undefined;
}
