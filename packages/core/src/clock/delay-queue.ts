/** A timer in a queue; what `setTimeout` of the system's clock gives. */
export class QueuedTimer {
  readonly callback: (argument: never) => void;
  readonly argument: unknown;
  /** Monotonic time at which it fires. */
  readonly due: number;
  queue: DelayQueue | undefined;
  previous: QueuedTimer | undefined;
  next: QueuedTimer | undefined;

  constructor(queue: DelayQueue, callback: (argument: never) => void, due: number, argument: unknown) {
    this.queue = queue;
    this.callback = callback;
    this.due = due;
    this.argument = argument;
  }
}

/**
 * All timers of one delay: they fire in the order in which they were set, so a list and one timer of Node serve them all. A
 * timer costs one small object, however many run. Like Node's, a timer that runs keeps the process alive.
 */
export class DelayQueue {
  readonly #delay: number;
  readonly #start: (queue: DelayQueue, delay: number) => NodeJS.Timeout;
  readonly #onIdle: (delay: number) => void;
  #first: QueuedTimer | undefined;
  #last: QueuedTimer | undefined;
  #alarm: NodeJS.Timeout | undefined;

  /**
   * @param start starts a timer of Node that calls `fire`
   * @param onIdle told when no timer was set for as long as the delay
   */
  constructor(
    delay: number,
    start: (queue: DelayQueue, delay: number) => NodeJS.Timeout,
    onIdle: (delay: number) => void,
  ) {
    this.#delay = delay;
    this.#start = start;
    this.#onIdle = onIdle;
  }

  add(callback: (argument: never) => void, argument: unknown): QueuedTimer {
    const timer = new QueuedTimer(this, callback, performance.now() + this.#delay, argument);
    const last = this.#last;
    this.#last = timer;
    timer.previous = last;
    if (last !== undefined) last.next = timer;
    else {
      this.#first = timer;
      if (this.#alarm === undefined) this.#alarm = this.#start(this, this.#delay);
      else this.#alarm.ref();
    }
    return timer;
  }

  /** Takes a timer out; one that has fired or was taken out is not in it any more. */
  remove(timer: QueuedTimer): void {
    const { previous, next } = timer;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    timer.queue = undefined;
    timer.previous = undefined;
    timer.next = undefined;
    if (this.#first === undefined) this.#alarm?.unref(); // it may be needed again soon, and finds out if not
  }

  /** Calls what is due. A callback that throws leaves the others to the next round. */
  fire(): void {
    const now = performance.now();
    this.#alarm = undefined;
    try {
      for (let timer = this.#first; timer !== undefined && timer.due <= now; timer = this.#first) {
        this.remove(timer);
        timer.callback(timer.argument as never);
      }
    } finally {
      this.#goOn();
    }
  }

  #goOn(): void {
    if (this.#alarm !== undefined) return;
    const first = this.#first;
    if (first === undefined) this.#onIdle(this.#delay);
    else this.#alarm = this.#start(this, Math.max(1, Math.ceil(first.due - performance.now())));
  }
}
