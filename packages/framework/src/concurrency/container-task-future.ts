import type { TaskFuture } from "../api/task-future.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { runInvocation, type InvocationHost } from "./invocation-host.js";
import { currentInvocation, type InvocationOwner } from "./invocation.js";
import { Scheduled, type Scheduler } from "./scheduler.js";
import type { QueuedWait, SessionQueue } from "./session-queue.js";
import { isAwait, TaskPromise } from "./task-promise.js";
import type { TaskPlan } from "./task-plan.js";
import { findWaitCycle } from "./wait-cycle.js";

/** What a task asks of the application session it runs in. */
export interface TaskOwner extends InvocationOwner {
  readonly isValid: boolean;
  touch(): void;
  adoptTask(task: ContainerTaskFuture<unknown>): void;
  releaseTask(task: ContainerTaskFuture<unknown>): void;
}

/** What tasks need of the application. */
export interface TaskHost extends InvocationHost {
  readonly clock: { now(): number };
  readonly scheduler: Scheduler;
}

/** How a task begins. */
export interface TaskParts<T> {
  readonly id: string;
  readonly owner: TaskOwner;
  readonly host: TaskHost;
  readonly task: () => T | PromiseLike<T>;
  readonly plan: TaskPlan;
}

/** Its entry in the scheduler. */
class Alarm extends Scheduled {
  readonly #onDue: () => void;

  constructor(onDue: () => void) {
    super();
    this.#onDue = onDue;
  }

  onDue(): void {
    this.#onDue();
  }
}

/** A wait as others see it: with the name of the one who waits. */
class NamedWait implements QueuedWait {
  readonly #target: QueuedWait;
  readonly waitText: string;

  constructor(target: QueuedWait, waitText: string) {
    this.#target = target;
    this.waitText = waitText;
  }

  get queue(): SessionQueue {
    return this.#target.queue;
  }

  get isDone(): boolean {
    return this.#target.isDone;
  }
}

type State = "waiting" | "running" | "done" | "cancelled";

/** A managed task and its result to come (JSR 236, JSR 359). */
export class ContainerTaskFuture<T> implements TaskFuture<T>, QueuedWait {
  readonly id: string;
  readonly #parts: TaskParts<T>;
  readonly #alarm = new Alarm(() => this.#enqueue());
  #state: State = "waiting";
  #nextTime: number | undefined;
  #promise: TaskPromise<T> | undefined;
  #outcome: { readonly value: T } | { readonly error: unknown } | undefined;
  #settle: { resolve(value: T): void; reject(error: unknown): void } | undefined;

  constructor(parts: TaskParts<T>) {
    this.id = parts.id;
    this.#parts = parts;
    parts.owner.adoptTask(this);
  }

  get isDone(): boolean {
    return this.#state === "done" || this.#state === "cancelled";
  }

  get isCancelled(): boolean {
    return this.#state === "cancelled";
  }

  get queue(): SessionQueue {
    return this.#parts.owner.queue;
  }

  get delay(): number | undefined {
    return this.#nextTime === undefined || this.isDone ? undefined : this.#nextTime - this.#parts.host.clock.now();
  }

  /** `task "bill" of application session x`. */
  get waitText(): string {
    return `task "${this.id}" of application session ${this.#parts.owner.id}`;
  }

  /** Lets it run: now, or when its plan says. */
  start(): void {
    const { plan, host } = this.#parts;
    if (plan.isImmediate) this.#enqueue();
    else this.#scheduleNext(() => plan.first(host.clock.now()));
  }

  cancel(): boolean {
    if (this.isDone || (this.#state === "running" && this.#parts.plan.isImmediate)) return false;
    this.#cancel("it was cancelled");
    return true;
  }

  /** The application session ended: the task will not run (again). */
  abandon(): void {
    if (!this.isDone) this.#cancel("its application session was invalidated");
  }

  /**
   * Waits for the result. An `await` that would never end, because the task cannot run before the one who waits is done,
   * is rejected at once with `state.waiting`, both waits named. JSR 359, concurrency.
   */
  // Being awaited is what a future is for.
  // oxlint-disable-next-line unicorn/no-thenable
  then<Result = T, Failure = never>(
    onDone?: ((value: T) => Result | PromiseLike<Result>) | null,
    onFailed?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): TaskPromise<Result | Failure> {
    return this.#promiseOfResult().then(onDone, onFailed);
  }

  #promiseOfResult(): TaskPromise<T> {
    if (this.#promise !== undefined) return this.#promise;
    this.#promise = TaskPromise.guarded<T>(
      (onDone) => this.#refuseWait(onDone),
      (resolve, reject) => {
        this.#settle = { resolve, reject };
      },
    );
    const outcome = this.#outcome;
    if (outcome !== undefined) this.#deliver(outcome);
    return this.#promise;
  }

  /** Notes that the running invocation waits; gives the error when that would never end. */
  #refuseWait(onDone: unknown): IllegalStateError | undefined {
    const waiter = currentInvocation();
    const queue = waiter?.context?.queue;
    if (waiter === undefined || queue === undefined || this.isDone || !queue.isSerial || !isAwait(onDone)) {
      return undefined;
    }
    const cycle = findWaitCycle(this, queue);
    const owner = waiter.context?.id ?? "";
    if (cycle === undefined) {
      const waitText = `${waiter.description} of application session ${owner}, which waits for ${this.waitText}`;
      queue.addWait(new NamedWait(this, waitText));
      return undefined;
    }
    const path = [`${waiter.description} of application session ${owner} waits for ${this.waitText}`, ...cycle];
    return new IllegalStateError("state.waiting", {
      detail: `${path.join("; that is behind ")}. Do not await the task there: use execute(), or then() without await`,
    });
  }

  #cancel(why: string): void {
    this.#parts.host.scheduler.cancel(this.#alarm);
    this.#state = "cancelled";
    this.#end({ error: new IllegalStateError("state.cancelled", { detail: `${this.waitText}: ${why}` }) });
  }

  #enqueue(): void {
    this.queue.enqueue({ run: () => this.#run() });
  }

  #run(): void | PromiseLike<void> {
    const { owner, host, plan } = this.#parts;
    if (this.isDone) return undefined;
    if (!owner.isValid) return this.abandon();
    this.#state = "running";
    owner.touch();
    plan.begin(host.clock.now());
    return runInvocation(host, owner, `task "${this.id}"`, () => this.#call());
  }

  #call(): void | PromiseLike<void> {
    try {
      const result: unknown = this.#parts.task();
      if (typeof result !== "object" || result === null || !("then" in result)) return this.#succeed(result as T);
      return Promise.resolve(result as PromiseLike<T>).then(
        (value) => this.#succeed(value),
        (error: unknown) => this.#fail(error),
      );
    } catch (error) {
      return this.#fail(error);
    }
  }

  #succeed(value: T): void {
    if (this.isDone) return;
    const { plan, host } = this.#parts;
    const now = host.clock.now();
    plan.end(now);
    if (plan.isImmediate) return this.#finish({ value });
    this.#state = "waiting";
    this.#scheduleNext(() => plan.next(now), value);
  }

  #fail(error: unknown): void {
    if (this.isDone) return;
    this.#finish({ error });
    if (this.#promise === undefined) {
      this.#parts.host.log.error({ error, task: this.id, applicationSession: this.#parts.owner.id }, "a task failed");
    }
  }

  #scheduleNext(nextTime: () => number | undefined, value?: T): void {
    try {
      this.#nextTime = nextTime();
    } catch (error) {
      return this.#fail(error);
    }
    if (this.#nextTime === undefined) return this.#finish({ value: value as T });
    this.#parts.host.scheduler.schedule(this.#alarm, this.#nextTime - this.#parts.host.clock.now());
  }

  #finish(outcome: { readonly value: T } | { readonly error: unknown }): void {
    this.#state = "done";
    this.#end(outcome);
  }

  #end(outcome: { readonly value: T } | { readonly error: unknown }): void {
    this.#outcome = outcome;
    this.#parts.owner.releaseTask(this);
    if (this.#settle !== undefined) this.#deliver(outcome);
  }

  #deliver(outcome: { readonly value: T } | { readonly error: unknown }): void {
    if ("error" in outcome) this.#settle?.reject(outcome.error);
    else this.#settle?.resolve(outcome.value);
    this.#settle = undefined;
  }
}
