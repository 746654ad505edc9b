import { ManagedScheduledSipExecutorService, type Trigger } from "../api/managed-scheduled-sip-executor-service.js";
import type { TaskFuture } from "../api/task-future.js";
import type { TaskOptions } from "../api/task-options.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { ContainerTaskFuture, type TaskHost, type TaskOwner } from "./container-task-future.js";
import { delayedPlan, immediatePlan, periodicPlan, TriggerPlan, type TaskPlan } from "./task-plan.js";

/** Finds the application session that tasks run in. */
export type TaskOwnerLookup = (options: TaskOptions) => TaskOwner;

/** Runs the tasks of one application, with schedule and without (JSR 236, JSR 359). */
export class ContainerExecutorService extends ManagedScheduledSipExecutorService {
  readonly #host: TaskHost;
  readonly #ownerOf: TaskOwnerLookup;
  #count = 0;

  constructor(host: TaskHost, ownerOf: TaskOwnerLookup) {
    super();
    this.#host = host;
    this.#ownerOf = ownerOf;
  }

  submit<T>(task: () => T | PromiseLike<T>, options: TaskOptions = {}): TaskFuture<T> {
    return this.#start(task, immediatePlan, options);
  }

  execute(task: () => unknown, options: TaskOptions = {}): void {
    this.#start(task, immediatePlan, options);
  }

  schedule<T>(task: () => T | PromiseLike<T>, when: number | Trigger, options: TaskOptions = {}): TaskFuture<T> {
    if (typeof when === "object" && when !== null && typeof when.nextRunTime === "function") {
      return this.#start(task, new TriggerPlan(when), options);
    }
    return this.#start(task, delayedPlan(requireTime("delay", when, 0)), options);
  }

  scheduleAtFixedRate(
    task: () => unknown,
    initialDelay: number,
    period: number,
    options: TaskOptions = {},
  ): TaskFuture<void> {
    return this.#repeat(task, periodOf(initialDelay, period, false), options);
  }

  scheduleWithFixedDelay(
    task: () => unknown,
    initialDelay: number,
    delay: number,
    options: TaskOptions = {},
  ): TaskFuture<void> {
    return this.#repeat(task, periodOf(initialDelay, delay, true), options);
  }

  #repeat(task: () => unknown, plan: TaskPlan, options: TaskOptions): TaskFuture<void> {
    requireTask(task);
    return this.#start(async () => void (await task()), plan, options);
  }

  #start<T>(task: () => T | PromiseLike<T>, plan: TaskPlan, options: TaskOptions): ContainerTaskFuture<T> {
    requireTask(task);
    const id = options.id ?? `task-${++this.#count}`;
    const future = new ContainerTaskFuture({ id, owner: this.#ownerOf(options), host: this.#host, task, plan });
    future.start();
    return future;
  }
}

function requireTask(task: unknown): void {
  if (typeof task === "function") return;
  throw new IllegalArgumentError("argument.missing", { detail: `a task is a function, not ${String(task)}` });
}

function periodOf(initialDelay: number, period: number, isFixedDelay: boolean): TaskPlan {
  return periodicPlan(requireTime("initial delay", initialDelay, 0), requireTime("period", period, 1), isFixedDelay);
}

function requireTime(what: string, milliseconds: unknown, least: number): number {
  if (typeof milliseconds === "number" && milliseconds >= least && Number.isFinite(milliseconds)) return milliseconds;
  throw new IllegalArgumentError("argument.invalid", {
    detail: `${what} ${String(milliseconds)}; give milliseconds, ${least} or more`,
  });
}
