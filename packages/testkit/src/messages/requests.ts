import { requestText, type RequestTextOptions } from "./request-text.js";
import { WireMessage } from "./wire-message.js";

/** What a test wants otherwise in a request whose method is given. */
export type RequestOverrides = Partial<Omit<RequestTextOptions, "method">>;

/** A session description that offers one audio stream. */
export const audioOffer = [
  "v=0",
  "o=alice 2890844526 2890844526 IN IP4 192.0.2.1",
  "s=-",
  "c=IN IP4 192.0.2.1",
  "t=0 0",
  "m=audio 49172 RTP/AVP 0",
  "a=rtpmap:0 PCMU/8000",
  "",
].join("\r\n");

/** An INVITE with an offer. */
export function inviteText(overrides: RequestOverrides = {}): string {
  return requestText({ method: "INVITE", body: audioOffer, ...overrides });
}

/** An OPTIONS. */
export function optionsText(overrides: RequestOverrides = {}): string {
  return requestText({ method: "OPTIONS", ...overrides });
}

/** A BYE inside the dialog that `alice-tag` and `bob-tag` name. */
export function byeText(overrides: RequestOverrides = {}): string {
  return requestText({ method: "BYE", sequenceNumber: 2, toTag: "bob-tag", branch: "z9hG4bK-bye", ...overrides });
}

/** The CANCEL of a request: its Via, From, To, Call-ID, Route and number (RFC 3261 §9.1). */
export function cancelText(request: WireMessage | string): string {
  const message = read(request);
  return hopByHop("CANCEL", message, message.header("To"));
}

/**
 * The ACK for a 300–699 answer: the Via of the INVITE, To of the answer (RFC 3261 §17.1.1.3). `overrides` make of it the
 * ACK for a 2xx, which has a branch of its own.
 */
export function ackText(
  invite: WireMessage | string,
  response: WireMessage | string,
  overrides: RequestOverrides = {},
): string {
  return hopByHop("ACK", read(invite), read(response).header("To"), overrides);
}

function hopByHop(
  method: string,
  request: WireMessage,
  to: string | undefined,
  overrides: RequestOverrides = {},
): string {
  return requestText({
    method,
    uri: request.requestUri,
    via: overrides.branch === undefined ? request.topVia : undefined,
    from: request.header("From"),
    to,
    callId: request.callId,
    sequenceNumber: request.sequenceNumber,
    route: request.headers("Route"),
    ...overrides,
  });
}

function read(message: WireMessage | string): WireMessage {
  return typeof message === "string" ? new WireMessage(message) : message;
}
