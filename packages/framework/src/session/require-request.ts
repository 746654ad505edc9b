import type { SipSessionState } from "../api/sip-session.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { requireMethod } from "./require-method.js";
import type { SessionRole } from "./session-data.js";

/** What decides whether a session may send a request of its own. */
export interface RequestingSession {
  readonly id: string;
  readonly role: SessionRole | undefined;
  readonly dialogState: SipSessionState;
  readonly ongoing: readonly unknown[];
}

/**
 * Checks that a session may make a request (JSR 289 §6.2.3).
 * @throws IllegalArgumentError `argument.method`; IllegalStateError `state.proxy`, `state.dialog`, `state.transaction`
 */
export function requireRequest({ id, role, dialogState, ongoing }: RequestingSession, method: string): void {
  requireMethod(method);
  if (role === "proxy") {
    throw new IllegalStateError("state.proxy", { detail: "a proxy sends no requests of its own in a session" });
  }
  if (dialogState === "TERMINATED") {
    throw new IllegalStateError("state.dialog", { detail: `session ${id} is TERMINATED` });
  }
  if (dialogState === "INITIAL" && ongoing.length > 0) {
    throw new IllegalStateError("state.transaction", { detail: `session ${id} waits for an answer` });
  }
}
