import { createResponse, type RequestRejection, type ServerTransaction } from "@siplet/core";
import type { Signalling } from "../message/signalling.js";

/** The answer to what belongs to no dialog here (RFC 3261 §12.2.2). */
export const noSuchDialog: RequestRejection = { statusCode: 481, reason: "Call/Transaction Does Not Exist" };

/** Answers a request that no application gets; `retryAfter` are seconds. */
export function rejectRequest(
  transaction: ServerTransaction,
  { statusCode, reason }: RequestRejection,
  { random }: Signalling,
  retryAfter = statusCode === 500 ? random.integer(11) : undefined,
): void {
  if (transaction.request.method === "ACK") return;
  const builder = createResponse(transaction.request, statusCode, { reason, toTag: random.token(64) });
  if (retryAfter !== undefined) builder.addText("Retry-After", String(retryAfter));
  transaction.respond(builder.build());
}
