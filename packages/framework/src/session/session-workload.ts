import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import type { ChildTask, ChildTimer } from "./child-session.js";

/** The timers and managed tasks of an application session: until they end it is not ready to go. */
export class SessionWorkload {
  readonly #timers = new Map<string, ChildTimer>();
  readonly #tasks = new Map<string, ChildTask>();

  get isEmpty(): boolean {
    return this.#timers.size === 0 && this.#tasks.size === 0;
  }

  get timers(): readonly ChildTimer[] {
    return [...this.#timers.values()];
  }

  get tasks(): readonly ChildTask[] {
    return [...this.#tasks.values()];
  }

  timer(id: string): ChildTimer | undefined {
    return this.#timers.get(id);
  }

  task(id: string): ChildTask | undefined {
    return this.#tasks.get(id);
  }

  addTimer(timer: ChildTimer): void {
    this.#timers.set(timer.id, timer);
  }

  removeTimer({ id }: ChildTimer): void {
    this.#timers.delete(id);
  }

  /** @throws IllegalArgumentError `argument.invalid` for an id that is taken */
  addTask(task: ChildTask): void {
    if (this.#tasks.has(task.id)) {
      throw new IllegalArgumentError("argument.invalid", {
        detail: `the application session already has a task "${task.id}"; give each an id of its own`,
      });
    }
    this.#tasks.set(task.id, task);
  }

  removeTask({ id }: ChildTask): void {
    this.#tasks.delete(id);
  }

  /** The session ends: nothing of it fires or runs any more. */
  end(): void {
    for (const timer of this.timers) timer.cancel();
    for (const task of this.tasks) task.abandon();
  }
}
