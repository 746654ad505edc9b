import { EngineError } from "../errors/engine-error.js";
import { createsDialog } from "./methods.js";
import type { SipRequest } from "./sip-request.js";
import type { SipResponse } from "./sip-response.js";

const always = ["Via", "To", "From", "Call-ID", "CSeq"] as const;

/** The header fields that a message of its kind needs and lacks (RFC 3261 §8.1.1, §8.2.6.2, §20). */
export function missingHeaders(message: SipRequest | SipResponse): readonly string[] {
  const needed: string[] = [...always];
  if (message.kind === "request") needed.push("Max-Forwards");
  if (needsContact(message)) needed.push("Contact");
  if (message.body.length > 0) needed.push("Content-Type");
  return needed.filter((name) => !message.has(name));
}

/**
 * Checks that a message is fit to be sent. For programs and tests that build messages by hand; on the hot path nobody asks.
 * @throws EngineError `message.incomplete` that names every header field that is missing
 */
export function checkComplete(message: SipRequest | SipResponse): void {
  const missing = missingHeaders(message);
  if (missing.length === 0) return;
  throw new EngineError("message.incomplete", { detail: `${missing.join(", ")} in "${message.startLine}"; add them` });
}

/** Requests and 2xx that make a dialog say where their sender is reached (RFC 3261 §8.1.1.8, §12.1). */
function needsContact(message: SipRequest | SipResponse): boolean {
  return createsDialog(message.method) && (message.kind === "request" || message.isSuccess);
}
