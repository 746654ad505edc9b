import { createResponse } from "../../message/create-response.js";
import type { ResponseBuilder } from "../../message/response-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { RandomSource } from "../../random/random-source.js";
import type { SessionRejection } from "../session-rejection.js";

const step = 10;

/**
 * How long to wait, in milliseconds, before a request that was answered by 491 is sent once more: 2.1–4 s for the one who
 * made the Call-ID, 0–2 s for the other, in steps of 10 ms. RFC 3261 §14.1, RFC 3311 §5.1
 */
export function glareDelay(isCallIdOwner: boolean, random: RandomSource): number {
  return isCallIdOwner ? 2100 + step * random.integer(191) : step * random.integer(201);
}

/** Begins the answer to a request that cannot be taken now; a 500 names a Retry-After of 0–10 s. RFC 3261 §14.2 */
export function rejectRequest(
  request: SipRequest,
  { statusCode, reason, retriesLater }: SessionRejection,
  parts: { readonly random: RandomSource; readonly toTag?: string },
): ResponseBuilder {
  const response = createResponse(request, statusCode, { reason, toTag: parts.toTag });
  return retriesLater ? response.addText("Retry-After", String(parts.random.integer(11))) : response;
}
