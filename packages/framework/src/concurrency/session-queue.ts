/** One piece of work: a handler, a listener, a timer, a task. It deals with its own errors. */
export interface SessionWork {
  /** A promise keeps the queue busy until it settles. */
  run(): void | PromiseLike<void>;
}

/**
 * The queue of one SipApplicationSession: work runs one at a time and in order, also across `await`. Idle and given work
 * that returns no promise, it runs it at once and costs no microtask. JSR 359, concurrency mode APPLICATIONSESSION
 */
export class SessionQueue {
  #isBusy = false;
  #waiting: SessionWork[] | undefined;

  /** Whether work is running, perhaps awaiting something. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** How many pieces of work wait. */
  get length(): number {
    return this.#waiting?.length ?? 0;
  }

  /** Runs work now, or after all that came before. */
  enqueue(work: SessionWork): void {
    if (this.#isBusy) (this.#waiting ??= []).push(work);
    else this.#start(work);
  }

  #start(first: SessionWork): void {
    this.#isBusy = true;
    for (let work: SessionWork | undefined = first; work !== undefined; work = this.#waiting?.shift()) {
      const settled = work.run();
      if (settled !== undefined) {
        settled.then(this.#goOn, this.#goOn);
        return;
      }
    }
    this.#isBusy = false;
  }

  readonly #goOn = (): void => {
    const next = this.#waiting?.shift();
    if (next === undefined) this.#isBusy = false;
    else this.#start(next);
  };
}
