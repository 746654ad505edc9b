import { hash } from "node:crypto";
import { createResponse } from "../message/create-response.js";
import type { ResponseBuilder } from "../message/response-builder.js";
import type { SipRequest } from "../message/sip-request.js";

/** What a stateless answer says beyond its status. */
export interface StatelessResponseOptions {
  readonly reason?: string;
  /** Mixed into the To tag, so that elements do not make the same tags; the same for all answers of one element. */
  readonly secret?: string;
}

/**
 * Begins a final answer that no transaction carries: every copy of the request gets the same To tag, made from what does
 * not change between them. RFC 3261 §8.2.7
 */
export function statelessResponse(
  request: SipRequest,
  statusCode: number,
  options: StatelessResponseOptions = {},
): ResponseBuilder {
  const toTag = statelessTag(request, options.secret ?? "");
  return createResponse(request, statusCode, { reason: options.reason, toTag });
}

/** A To tag of 64 bits that is the same for each copy of a request. */
export function statelessTag(request: SipRequest, secret: string): string {
  const via = request.field("via")?.text ?? "";
  const cseq = request.field("cseq")?.text ?? "";
  return hash("sha256", [secret, request.callId, request.fromTag ?? "", cseq, via].join("\n"), "hex").slice(0, 16);
}
