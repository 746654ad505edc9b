import { ServletTimer, type SipApplicationSession } from "../api/object-model.js";
import { runInvocation, type InvocationHost } from "../concurrency/invocation-host.js";
import type { InvocationOwner } from "../concurrency/invocation.js";
import { Scheduled, type Scheduler } from "../concurrency/scheduler.js";
import type { TimerListener } from "../api/timer-listener.js";

/** What a timer asks of the application session it belongs to. */
export interface TimerOwner extends InvocationOwner {
  readonly isValid: boolean;
  touch(): void;
  adoptTimer(timer: ServletTimer): void;
  releaseTimer(timer: ServletTimer): void;
}

/** What timers need of the application. */
export interface TimerHost extends InvocationHost {
  readonly name: string;
  readonly clock: { now(): number };
  readonly scheduler: Scheduler;
  readonly timerListener: TimerListener | undefined;
}

/** How a timer begins. */
export interface ServletTimerParts {
  readonly id: string;
  readonly owner: TimerOwner & SipApplicationSession;
  readonly host: TimerHost;
  /** Milliseconds until it fires. */
  readonly delay: number;
  /** Milliseconds between two firings; undefined: it fires once. */
  readonly period: number | undefined;
  readonly fixedDelay: boolean;
  readonly isPersistent: boolean;
  readonly info: unknown;
}

/** Its entry in the scheduler. */
class Alarm extends Scheduled {
  readonly #timer: ContainerServletTimer;

  constructor(timer: ContainerServletTimer) {
    super();
    this.#timer = timer;
  }

  onDue(): void {
    this.#timer.fire();
  }
}

/** A timer of an application session (JSR 289 §9). It fires in the queue of its session. */
export class ContainerServletTimer extends ServletTimer {
  readonly id: string;
  readonly info: unknown;
  readonly isPersistent: boolean;
  readonly period: number | undefined;
  readonly fixedDelay: boolean;
  readonly #owner: TimerOwner & SipApplicationSession;
  readonly #host: TimerHost;
  readonly #alarm = new Alarm(this);
  #scheduledTime: number;
  #isActive = true;

  constructor(parts: ServletTimerParts) {
    super();
    this.id = parts.id;
    this.info = parts.info;
    this.isPersistent = parts.isPersistent;
    this.period = parts.period;
    this.fixedDelay = parts.fixedDelay;
    this.#owner = parts.owner;
    this.#host = parts.host;
    this.#scheduledTime = parts.host.clock.now() + parts.delay;
    parts.owner.adoptTimer(this);
    parts.host.scheduler.schedule(this.#alarm, parts.delay);
    parts.host.observers.onTimer(this, "set");
  }

  get applicationSession(): SipApplicationSession {
    return this.#owner;
  }

  get scheduledExecutionTime(): number {
    return this.#scheduledTime;
  }

  get timeRemaining(): number {
    return this.#scheduledTime - this.#host.clock.now();
  }

  cancel(): void {
    if (!this.#isActive) return;
    this.#host.scheduler.cancel(this.#alarm);
    this.#end();
    this.#host.observers.onTimer(this, "cancelled");
  }

  /** It is due: it runs in the queue of its session. */
  fire(): void {
    this.#owner.queue.enqueue({ run: () => this.#run() });
  }

  #run(): void | PromiseLike<void> {
    if (!this.#isActive || !this.#owner.isValid) return undefined;
    this.#owner.touch();
    this.#host.observers.onTimer(this, "fired");
    return runInvocation(this.#host, this.#owner, "TimerListener.timeout", () => this.#timeout());
  }

  #timeout(): void | PromiseLike<void> {
    let result: void | PromiseLike<void> = undefined;
    try {
      result = this.#host.timerListener?.timeout(this);
    } finally {
      if (result === undefined) this.#goOn();
    }
    if (result === undefined) return undefined;
    return Promise.resolve(result).finally(() => this.#goOn());
  }

  /** Fixed delay counts from now, fixed rate from the schedule, so that what was missed is caught up. */
  #goOn(): void {
    if (!this.#isActive) return;
    if (this.period === undefined || !this.#owner.isValid) return this.#end();
    const now = this.#host.clock.now();
    this.#scheduledTime = this.fixedDelay ? now + this.period : this.#scheduledTime + this.period;
    this.#host.scheduler.schedule(this.#alarm, this.#scheduledTime - now);
  }

  #end(): void {
    this.#isActive = false;
    this.#owner.releaseTimer(this);
  }
}
