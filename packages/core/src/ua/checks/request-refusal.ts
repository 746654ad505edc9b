import { createResponse } from "../../message/create-response.js";
import type { ResponseBuilder } from "../../message/response-builder.js";
import type { SipRequest } from "../../message/sip-request.js";

/** Why a user agent does not take a request, and what its answer has to say. */
export interface RequestRefusal {
  readonly statusCode: number;
  /** Reason phrase, where the usual one would not do. */
  readonly reason?: string;
  /** Names and values of header fields. */
  readonly fields?: readonly (readonly [name: string, value: string])[];
}

/** Begins the answer that a refusal stands for. */
export function createRefusal(request: SipRequest, refusal: RequestRefusal, toTag?: string): ResponseBuilder {
  const response = createResponse(request, refusal.statusCode, { reason: refusal.reason, toTag });
  for (const [name, value] of refusal.fields ?? []) response.addText(name, value);
  return response;
}
