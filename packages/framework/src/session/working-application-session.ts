import type { ServletTimer } from "../api/object-model.js";
import type { TaskFuture } from "../api/task-future.js";
import { requireText } from "../errors/require-text.js";
import { AttributedApplicationSession } from "./attributed-application-session.js";
import type { ChildTask, ChildTimer } from "./child-session.js";
import type { Lingering } from "./lingering.js";
import { SessionWorkload } from "./session-workload.js";

const nothing: readonly Lingering[] = [];

/** The timers and tasks of an application session: until they end it is not ready to go. */
export abstract class WorkingApplicationSession extends AttributedApplicationSession {
  #workload: SessionWorkload | undefined;
  #lingering: readonly Lingering[] = nothing;

  /** @throws IllegalStateError `state.invalid-application-session` once it is being invalidated */
  protected abstract requireOpen(): void;
  /** A child of a kind that makes it ready one day: see `isReadyToInvalidate`. */
  protected abstract noteChild(): void;
  /** It is to be written at the end of the turn, where sessions are stored. */
  abstract noteChange(): void;

  protected get isIdle(): boolean {
    return this.#workload?.isEmpty !== false;
  }

  /** Nothing of it fires or runs any more. */
  protected endWork(): void {
    this.#workload?.end();
    const lingering = this.#lingering;
    this.#lingering = nothing;
    for (const each of lingering) each.onSessionOver();
  }

  /** Something waits for late messages: it is told when the session is over. */
  linger(waiting: Lingering): void {
    this.#lingering = [...this.#lingering, waiting];
  }

  /** It waits no longer. */
  depart(waiting: Lingering): void {
    if (this.#lingering.length > 0) this.#lingering = this.#lingering.filter((each) => each !== waiting);
  }

  adoptTimer(timer: ChildTimer): void {
    this.requireOpen();
    this.noteChild();
    this.#ensureWorkload().addTimer(timer);
    this.noteChange();
  }

  releaseTimer(timer: ChildTimer): void {
    this.#workload?.removeTimer(timer);
    this.noteChange();
  }

  adoptTask(task: ChildTask): void {
    this.requireOpen();
    this.#ensureWorkload().addTask(task);
  }

  releaseTask(task: ChildTask): void {
    this.#workload?.removeTask(task);
  }

  get timers(): readonly ServletTimer[] {
    this.requireValid();
    return this.#workload?.timers ?? [];
  }

  getTimer(id: string): ServletTimer | undefined {
    this.requireValid();
    requireText(id, "id");
    return this.#workload?.timer(id);
  }

  getTaskFuture(id: string): TaskFuture | undefined {
    this.requireValid();
    requireText(id, "id");
    return this.#workload?.task(id);
  }

  get taskFutures(): readonly TaskFuture[] {
    this.requireValid();
    return this.#workload?.tasks ?? [];
  }

  #ensureWorkload(): SessionWorkload {
    return (this.#workload ??= new SessionWorkload());
  }
}
