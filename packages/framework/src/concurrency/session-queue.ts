/** One piece of work: a handler, a listener, a timer, a task. It deals with its own errors. */
export interface SessionWork {
  /** A promise keeps the queue busy until it settles. */
  run(): void | PromiseLike<void>;
}

/** Something the running work waits for that runs in a queue itself. */
export interface QueuedWait {
  /** The queue in which it will run. */
  readonly queue: SessionQueue;
  /** Whether it has ended: then nobody waits any more. */
  readonly isDone: boolean;
  /** `Calls.onInvite waits for task "bill" of application session x`. */
  readonly waitText: string;
}

/**
 * The queue of one SipApplicationSession: work runs one at a time and in order, also across `await`. Idle and given work
 * that returns no promise, it runs it at once and costs no microtask. JSR 359, concurrency mode APPLICATIONSESSION; a queue
 * that is not serial is the mode VENDORSPECIFIC: everything runs as it comes.
 */
export class SessionQueue {
  /** Whether work runs one at a time. */
  readonly isSerial: boolean;
  #isBusy = false;
  #waiting: SessionWork[] | undefined;
  /** Index of the first work in `#waiting` that was not started. */
  #head = 0;
  #waits: QueuedWait[] | undefined;

  constructor(isSerial = true) {
    this.isSerial = isSerial;
  }

  /** Whether work is running, perhaps awaiting something. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** How many pieces of work wait. */
  get length(): number {
    return this.#waiting === undefined ? 0 : this.#waiting.length - this.#head;
  }

  /** What the running work waits for. */
  get waits(): readonly QueuedWait[] {
    return this.#waits ?? [];
  }

  /** The running work waits for something in a queue. */
  addWait(wait: QueuedWait): void {
    this.#waits = [...this.waits.filter((each) => !each.isDone), wait];
  }

  /** Runs work now, or after all that came before. */
  enqueue(work: SessionWork): void {
    if (!this.isSerial) void work.run();
    else if (this.#isBusy) (this.#waiting ??= []).push(work);
    else this.#start(work);
  }

  #start(first: SessionWork): void {
    this.#isBusy = true;
    for (let work: SessionWork | undefined = first; work !== undefined; work = this.#next()) {
      const settled = work.run();
      if (settled !== undefined) {
        const resume = (): void => this.#resume();
        settled.then(resume, resume);
        return;
      }
    }
    this.#isBusy = false;
  }

  #resume(): void {
    this.#waits = undefined;
    const next = this.#next();
    if (next === undefined) this.#isBusy = false;
    else this.#start(next);
  }

  #next(): SessionWork | undefined {
    const next = this.#waiting?.[this.#head];
    if (next === undefined) {
      this.#waiting = undefined;
      this.#head = 0;
      return undefined;
    }
    this.#head += 1;
    this.#forgetStarted();
    return next;
  }

  /** Drops what was started once it is the larger half: each piece of work is moved at most once on average. */
  #forgetStarted(): void {
    if (this.#waiting === undefined || this.#head < 32 || this.#head * 2 < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#head);
    this.#head = 0;
  }
}
