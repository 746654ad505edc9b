import type { Logger } from "@siplet/core";
import type {
  SipApplicationSessionAttributeListener,
  SipApplicationSessionListener,
} from "../api/application-session-listener.js";
import type { SipErrorListener } from "../api/error-listener.js";
import type { FlowListener } from "../api/flow-listener.js";
import type { SipServletListener } from "../api/servlet-listener.js";
import type { SipSessionAttributeListener, SipSessionListener } from "../api/session-listener.js";
import type { TimerListener } from "../api/timer-listener.js";
import { currentInvocation } from "../concurrency/invocation.js";

/** The kinds of listener whose events carry a session or something else of the application. */
export interface ListenersByKind {
  readonly applicationSession: readonly SipApplicationSessionListener[];
  readonly applicationSessionAttribute: readonly SipApplicationSessionAttributeListener[];
  readonly session: readonly SipSessionListener[];
  readonly sessionAttribute: readonly SipSessionAttributeListener[];
  readonly error: readonly SipErrorListener[];
  readonly flow: readonly FlowListener[];
  readonly servlet: readonly SipServletListener[];
  readonly timer: TimerListener | undefined;
}

/** The listeners of one application in the order of their declaration (JSR 289 §8, §2.8 of the listener rules). */
export class ListenerRegistry {
  readonly #log: Logger;
  #listeners: ListenersByKind;

  constructor(log: Logger, listeners: ListenersByKind = noListeners) {
    this.#log = log;
    this.#listeners = listeners;
  }

  get listeners(): ListenersByKind {
    return this.#listeners;
  }

  /** Takes the listeners once the injector has made them. */
  replace(listeners: ListenersByKind): void {
    this.#listeners = listeners;
  }

  /**
   * Tells every listener of a kind. One that throws is logged and the others go on; what one leaves pending belongs to
   * the running invocation.
   */
  tell<L>(listeners: readonly L[], event: string, call: (listener: L) => void | PromiseLike<void> | undefined): void {
    for (const listener of listeners) {
      try {
        const pending = call(listener);
        if (pending !== undefined) this.#follow(pending, listener, event);
      } catch (error) {
        this.#report(error, listener, event);
      }
    }
  }

  #follow<L>(pending: PromiseLike<void>, listener: L, event: string): void {
    const settled = Promise.resolve(pending).catch((error: unknown) => this.#report(error, listener, event));
    currentInvocation()?.include(settled);
  }

  #report<L>(error: unknown, listener: L, event: string): void {
    const name = (listener as { constructor?: { name?: string } }).constructor?.name ?? "listener";
    this.#log.error({ error, listener: `${name}.${event}` }, "a listener threw; the container goes on");
  }
}

/** Nobody listens. */
export const noListeners: ListenersByKind = {
  applicationSession: [],
  applicationSessionAttribute: [],
  session: [],
  sessionAttribute: [],
  error: [],
  flow: [],
  servlet: [],
  timer: undefined,
};
