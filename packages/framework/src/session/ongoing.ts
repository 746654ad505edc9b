import type { SessionQueue } from "../concurrency/session-queue.js";
import type { InviteBranch, SipServletRequest, SipServletResponse, SipSession } from "../api/object-model.js";

/** A transaction of a session that is not yet over. */
export interface Ongoing {
  /** Whether the request was received (UAS) rather than sent (UAC). */
  readonly isServer: boolean;
  readonly method: string;
  readonly sequenceNumber: number;
  /** The request as applications see it. */
  readonly servletRequest: SipServletRequest;
  /** The final response, once there is one. */
  readonly finalResponse: SipServletResponse | undefined;
  /** The branch of an INVITE that a session is. */
  branchOf?(session: SipSession): InviteBranch | undefined;
  /** Its session was invalidated, and what ran has returned: what waits for an answer gets one. */
  abandon?(): void;
}

/** The session of these was invalidated: what the running handler does not answer, nobody will. */
export function abandonAll(ongoing: readonly Ongoing[], queue: SessionQueue): void {
  if (ongoing.length === 0) return;
  const abandon = (): void => {
    for (const each of ongoing.slice()) each.abandon?.();
  };
  queue.enqueue({ run: abandon });
}
