import type { Knot } from "./knot.js";

/** Members of `ServletTimer`: a timer of an application session. JSR 289 §9. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- every `…Members` is tied the same way
export abstract class ServletTimerMembers<K extends Knot> {
  abstract readonly id: string;
  abstract readonly applicationSession: K["SipApplicationSession"];
  /** What `createTimer` was given. */
  abstract readonly info: unknown;
  /** When it fires or fired last, in milliseconds since the epoch. */
  abstract readonly scheduledExecutionTime: number;
  /** Milliseconds until it fires; negative when it is overdue. */
  abstract readonly timeRemaining: number;
  /** Keeps it from firing (again). Does nothing when there is nothing to cancel. */
  abstract cancel(): void;
}
