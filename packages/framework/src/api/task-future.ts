/**
 * The result to come of a managed task; can be awaited. JSR 236 `Future`, JSR 359.
 *
 * A task that fails rejects whoever waits; when nobody does, the container logs it.
 */
export interface TaskFuture<T = unknown> extends PromiseLike<T> {
  /** The id given with the task, or one made for it; unique in its application session. */
  readonly id: string;
  /** Whether the task has ended, failed or been cancelled. */
  readonly isDone: boolean;
  readonly isCancelled: boolean;
  /** Keeps the task from starting (again). False when it was done. A task that is running is not torn down. */
  cancel(): boolean;
  /** Milliseconds until the next run; undefined for a task without schedule. */
  readonly delay: number | undefined;
}
