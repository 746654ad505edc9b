import { createResponse } from "../message/create-response.js";
import type { ServerTransaction } from "./server-transaction.js";

/**
 * Answers a CANCEL: 481 when it matches nothing, else 200 with the To tag of the answers to its request. Nothing in a CANCEL
 * is challenged or refused. Tells whether the request has to end now, by 487: only an INVITE without final response.
 * RFC 3261 §9.2
 */
export function answerCancel(
  cancel: ServerTransaction,
  cancelled: ServerTransaction | undefined,
  toTag: string,
): boolean {
  cancel.respond(createResponse(cancel.request, cancelled === undefined ? 481 : 200, { toTag }).build());
  return cancelled !== undefined && cancelled.method === "INVITE" && cancelled.lastStatusCode < 200;
}
