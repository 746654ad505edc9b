import type { ServletTimer, SipApplicationSession } from "../api/object-model.js";
import { TimerService, type TimerOptions } from "../api/timer-service.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { ContainerServletTimer, type TimerHost, type TimerOwner } from "./container-servlet-timer.js";

/** What the timer service of one application needs. */
export interface TimerServiceParts {
  readonly host: TimerHost;
  readonly createId: () => string;
  /** The session as its container sees it; undefined for one that is not of this application. */
  readonly ownerOf: (session: SipApplicationSession) => (TimerOwner & SipApplicationSession) | undefined;
  /** @throws IllegalArgumentError `argument.content` when the info of a persistent timer cannot be written */
  readonly requireWritable: (value: unknown, path: string) => void;
}

/** Makes the timers of one application (JSR 289 §9). */
export class ContainerTimerService extends TimerService {
  readonly #parts: TimerServiceParts;

  constructor(parts: TimerServiceParts) {
    super();
    this.#parts = parts;
  }

  createTimer(session: SipApplicationSession, delay: number, isPersistent?: boolean, info?: unknown): ServletTimer;
  createTimer(session: SipApplicationSession, options: TimerOptions): ServletTimer;
  createTimer(
    session: SipApplicationSession,
    what: number | TimerOptions,
    isPersistent = false,
    info?: unknown,
  ): ServletTimer {
    const options = typeof what === "object" && what !== null ? what : { delay: what, isPersistent, info };
    const owner = this.#requireOwner(session);
    requireTime("delay", options.delay, 0);
    if (options.period !== undefined) requireTime("period", options.period, 1);
    const timer = { ...options, isPersistent: options.isPersistent ?? false };
    if (timer.isPersistent && timer.info !== undefined) {
      this.#parts.requireWritable(timer.info, "the info of a persistent timer");
    }
    return new ContainerServletTimer({
      id: this.#parts.createId(),
      owner,
      host: this.#parts.host,
      delay: timer.delay,
      period: timer.period,
      fixedDelay: timer.fixedDelay ?? false,
      isPersistent: timer.isPersistent,
      info: timer.info,
    });
  }

  #requireOwner(session: SipApplicationSession): TimerOwner & SipApplicationSession {
    const { host, ownerOf } = this.#parts;
    const owner = ownerOf(session);
    if (owner === undefined) {
      throw new IllegalArgumentError("argument.session", {
        detail: `a timer of application "${host.name}" needs one of its application sessions`,
      });
    }
    if (!owner.isValid) {
      throw new IllegalStateError("state.timer", { detail: `application session ${owner.id} is invalid` });
    }
    if (host.timerListener === undefined) {
      throw new IllegalStateError("state.timer", {
        detail: `application "${host.name}" has no TimerListener; add a class with timeout(timer) to its listeners`,
      });
    }
    return owner;
  }
}

function requireTime(what: string, milliseconds: unknown, least: number): void {
  if (typeof milliseconds === "number" && milliseconds >= least && Number.isFinite(milliseconds)) return;
  throw new IllegalArgumentError("argument.invalid", {
    detail: `${what} ${String(milliseconds)}; give milliseconds, ${least} or more`,
  });
}
