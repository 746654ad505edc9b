import { refreshesTarget } from "@siplet/core";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { contactValue } from "./contact.js";
import type { MessageState } from "./message-state.js";

/** The Contact of an answer: where we are for the connection that the request came by. */
export function contactOf(state: MessageState, sessionKey: string): string {
  const { connection } = state;
  if (connection === undefined) {
    throw new IllegalStateError("state.transaction", { detail: "no connection to answer by" });
  }
  return contactValue(connection, state.request().requestUriText.startsWith("sips:"), sessionKey);
}

/** The answers that tell where we can be reached: 101–299 to what makes a dialog or moves its target (RFC 3261 §12.1.1). */
export function carriesContact(method: string, status: number): boolean {
  if (status <= 100 || status >= 300) return false;
  return refreshesTarget(method);
}
