import { createResponse, type ServerTransaction, type SipRequest } from "@siplet/core";
import type { Signalling } from "../message/signalling.js";

/**
 * Whether a request is a question to the container itself: OPTIONS to no user. Its answer tells whether calls are taken, so
 * balancers ask it. RFC 3261 §11
 */
export function asksContainer({ method, requestUri }: Pick<SipRequest, "method" | "requestUri">): boolean {
  return method === "OPTIONS" && requestUri.kind === "sip" && requestUri.user === undefined;
}

/** Answers such a question where no application does. */
export function answerQuestion(transaction: ServerTransaction, { random }: Signalling): void {
  transaction.respond(createResponse(transaction.request, 200, { toTag: random.token(64) }).build());
}
