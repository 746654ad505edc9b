import { ManagedSipExecutorService } from "./managed-sip-executor-service.js";
import type { TaskFuture } from "./task-future.js";
import type { TaskOptions } from "./task-options.js";

/** What a trigger knows about the last run. JSR 236 `LastExecution`. Times are milliseconds since the epoch. */
export interface LastExecution {
  readonly scheduledStart: number;
  readonly runStart: number;
  readonly runEnd: number;
}

/** Decides when a task runs next. JSR 236 `Trigger`. */
export interface Trigger {
  /** Milliseconds since the epoch; undefined ends the schedule. */
  nextRunTime(lastExecution: LastExecution | undefined, scheduledTime: number): number | undefined;
  /** Whether this run is left out. */
  skipRun?(lastExecution: LastExecution | undefined, scheduledRunTime: number): boolean;
}

/**
 * Runs work later or again and again, in the queue of an application session. Injectable. JSR 359, JSR 236; in Java
 * found as `java:comp/ManagedScheduledSipExecutorService`.
 */
export abstract class ManagedScheduledSipExecutorService extends ManagedSipExecutorService {
  /** Runs once after `delay` milliseconds, or when the trigger says so. */
  abstract schedule<T>(task: () => T | PromiseLike<T>, when: number | Trigger, options?: TaskOptions): TaskFuture<T>;
  /** Runs after `initialDelay` and then every `period` milliseconds, counted from the schedule. */
  abstract scheduleAtFixedRate(
    task: () => unknown,
    initialDelay: number,
    period: number,
    options?: TaskOptions,
  ): TaskFuture<void>;
  /** Runs after `initialDelay` and then `delay` milliseconds after each end. */
  abstract scheduleWithFixedDelay(
    task: () => unknown,
    initialDelay: number,
    delay: number,
    options?: TaskOptions,
  ): TaskFuture<void>;
}
