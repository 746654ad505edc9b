import { IllegalStateError } from "../errors/illegal-state-error.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import { requireNotTerminating } from "./session-usage.js";

/**
 * Whether a request may leave in a session now (JSR 289 §6.2.1, RFC 3261 §14.1).
 * @throws IllegalStateError `state.invalid-session`, `state.dialog` when the session is over, `state.transaction` for a second INVITE at a time
 */
export function requireSendable(session: ContainerSipSession, method: string): void {
  requireNotTerminating(session);
  if (!session.isValid) {
    throw new IllegalStateError("state.invalid-session", { detail: `${method}: ${session.id} was invalidated` });
  }
  if (session.dialogState === "TERMINATED") {
    throw new IllegalStateError("state.dialog", { detail: `${method}: session ${session.id} is TERMINATED` });
  }
  if (method === "INVITE" && session.dialog !== undefined && hasOpenInvite(session)) {
    throw new IllegalStateError("state.transaction", {
      detail: "another INVITE of this dialog is not over (RFC 3261 §14.1)",
    });
  }
}

/** One of the peer's is open until its ACK, one of ours until its final response. */
function hasOpenInvite({ ongoing }: ContainerSipSession): boolean {
  return ongoing.some(
    (each) => each.method === "INVITE" && (each.isServer || each.servletRequest.finalResponse === undefined),
  );
}
