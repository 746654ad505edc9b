import { TappedMessage, type Connection, type Direction } from "@siplet/core";

const head = (callId: string, cseq: string): string =>
  [
    "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-1",
    "From: Alice <sip:alice@example.com>;tag=a",
    "To: <sip:bob@example.com>",
    `Call-ID: ${callId}`,
    `CSeq: ${cseq}`,
  ].join("\r\n");

export function inviteText(callId: string): string {
  return `INVITE sip:bob@example.com SIP/2.0\r\n${head(callId, "1 INVITE")}\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n`;
}

export function byeText(callId: string): string {
  return `BYE sip:bob@example.com SIP/2.0\r\n${head(callId, "2 BYE")}\r\n\r\n`;
}

export function ringingText(callId: string): string {
  return okText(callId, "180 Ringing");
}

/** A response, 200 to the INVITE unless told otherwise. */
export function okText(callId: string, status = "200 OK", cseq = "1 INVITE"): string {
  return `SIP/2.0 ${status}\r\n${head(callId, cseq)}\r\n\r\n`;
}

/** A message as a tap sees it, to or from `peer`. */
export function passed(
  direction: Direction,
  text: string,
  { time = 1000, peer = "192.0.2.1" }: { readonly time?: number; readonly peer?: string } = {},
): TappedMessage {
  const connection = {
    transport: { protocol: "udp" },
    local: { address: "192.0.2.10", port: 5060 },
    remote: { address: peer, port: 5060 },
  };
  // Of the connection a tap shows no more than this.
  return new TappedMessage(direction, connection as Connection, Buffer.from(text), time);
}
