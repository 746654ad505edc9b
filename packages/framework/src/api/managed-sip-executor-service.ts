import type { TaskFuture } from "./task-future.js";
import type { TaskOptions } from "./task-options.js";

/**
 * Runs work in the context of an application session, in its queue: the running one, or the one the options name.
 * Injectable. JSR 359, JSR 236; in Java found as `java:comp/ManagedSipExecutorService`.
 */
export abstract class ManagedSipExecutorService {
  /** Queues a task. @throws IllegalStateError `state.invalid-application-session` when there is no such session. */
  abstract submit<T>(task: () => T | PromiseLike<T>, options?: TaskOptions): TaskFuture<T>;
  /** Queues a task whose result nobody wants; a failure is logged. */
  abstract execute(task: () => unknown, options?: TaskOptions): void;
}
