import type { SipSession } from "../api/object-model.js";
import type { Ongoing } from "./ongoing.js";

/** What an application session asks of the SIP sessions in it. */
export interface ChildSession {
  readonly id: string;
  readonly isValid: boolean;
  readonly isReadyToInvalidate: boolean;
  /** The session as applications see it. */
  readonly facade: SipSession;
  /** Its transactions that are not over. */
  readonly ongoing: readonly Ongoing[];
  invalidate(): void;
}

/** What an application session asks of the timers in it. */
export interface ChildTimer {
  readonly id: string;
  cancel(): void;
}
