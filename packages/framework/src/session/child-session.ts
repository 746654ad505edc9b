import type { ServletTimer, SipSession } from "../api/object-model.js";
import type { TaskFuture } from "../api/task-future.js";
import type { Ongoing } from "./ongoing.js";

/** What an application session asks of the SIP sessions in it. */
export interface ChildSession {
  readonly id: string;
  readonly isValid: boolean;
  readonly isReadyToInvalidate: boolean;
  /** The session as applications see it. */
  readonly facade: SipSession;
  /** What our addresses tell of it. */
  readonly key: string;
  /** The dialogs it is found by. */
  readonly dialogIds: readonly string[];
  /** Its transactions that are not over. */
  readonly ongoing: readonly Ongoing[];
  /** Goes if it is ready and nobody objects. A promise when a listener takes time. */
  settle(): void | PromiseLike<void>;
  invalidate(): void;
}

/** A timer of an application session: it goes with it. */
export interface ChildTimer extends ServletTimer {
  readonly id: string;
}

/** A task of an application session: it goes with it. */
export interface ChildTask extends TaskFuture {
  /** The application session ended: the task will not run. */
  abandon(): void;
}
