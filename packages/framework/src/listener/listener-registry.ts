import type {
  SipApplicationSessionActivationListener,
  SipApplicationSessionAttributeListener,
  SipApplicationSessionListener,
} from "../api/application-session-listener.js";
import type { SipErrorListener } from "../api/error-listener.js";
import type { FlowListener } from "../api/flow-listener.js";
import type { RegistrationListener } from "../api/registration-listener.js";
import type { SipServletListener } from "../api/servlet-listener.js";
import type {
  SipSessionActivationListener,
  SipSessionAttributeListener,
  SipSessionListener,
} from "../api/session-listener.js";
import type { TimerListener } from "../api/timer-listener.js";
import { currentInvocation, enterInvocation, Invocation, type InvocationOwner } from "../concurrency/invocation.js";
import { isThenable, type InvocationHost } from "../concurrency/invocation-host.js";

/** The listeners of an application by kind. */
export interface ListenersByKind {
  readonly applicationSession: readonly SipApplicationSessionListener[];
  readonly applicationSessionAttribute: readonly SipApplicationSessionAttributeListener[];
  readonly applicationSessionActivation: readonly SipApplicationSessionActivationListener[];
  readonly session: readonly SipSessionListener[];
  readonly sessionAttribute: readonly SipSessionAttributeListener[];
  readonly sessionActivation: readonly SipSessionActivationListener[];
  readonly error: readonly SipErrorListener[];
  readonly flow: readonly FlowListener[];
  readonly registration: readonly RegistrationListener[];
  readonly servlet: readonly SipServletListener[];
  readonly timer: TimerListener | undefined;
}

/** The listeners of one application in the order of their declaration (JSR 289 §8). */
export class ListenerRegistry {
  readonly #host: InvocationHost;
  #listeners: ListenersByKind;

  constructor(host: InvocationHost, listeners: ListenersByKind = noListeners) {
    this.#host = host;
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
   * Tells every listener of a kind, in the context of `owner`. One that throws is logged and the others go on; what one
   * leaves pending belongs to the running invocation. Gives a promise back when one takes time.
   */
  tell<L>(
    owner: InvocationOwner,
    listeners: readonly L[],
    event: string,
    call: (listener: L) => void | PromiseLike<void> | undefined,
  ): Promise<void> | undefined {
    if (listeners.length === 0) return undefined;
    const running = currentInvocation();
    if (running?.context === owner) return this.#callAll(running, listeners, event, call);
    const invocation = new Invocation(owner, event);
    const pending = enterInvocation(invocation, this.#host.followsAwait, () =>
      this.#callAll(invocation, listeners, event, call),
    );
    if (pending === undefined) return this.#end(invocation);
    return pending.then(() => this.#end(invocation));
  }

  #callAll<L>(
    invocation: Invocation,
    listeners: readonly L[],
    event: string,
    call: (listener: L) => void | PromiseLike<void> | undefined,
  ): Promise<void> | undefined {
    const unsettled: Promise<void>[] = [];
    for (const listener of listeners) {
      try {
        const result: unknown = call(listener);
        if (!isThenable(result)) continue;
        const report = (error: unknown): void => this.#report(error, listener, event);
        unsettled.push(Promise.resolve(result).then(() => undefined, report));
      } catch (error) {
        this.#report(error, listener, event);
      }
    }
    if (unsettled.length === 0) return undefined;
    const all = Promise.all(unsettled).then(() => undefined);
    invocation.include(all);
    return all;
  }

  #end(invocation: Invocation): Promise<void> | undefined {
    const pending = invocation.settled();
    if (pending !== undefined) return pending.then(() => this.#end(invocation));
    invocation.end();
    const beans = invocation.existingBeans;
    if (beans !== undefined) this.#host.destroyBeans(beans);
    return undefined;
  }

  #report(error: unknown, listener: unknown, event: string): void {
    const name = (listener as { constructor?: { name?: string } }).constructor?.name ?? "listener";
    this.#host.log.error({ error, listener: `${name}.${event}` }, "a listener threw; the container goes on");
  }
}

/** Nobody listens. */
export const noListeners: ListenersByKind = {
  applicationSession: [],
  applicationSessionAttribute: [],
  applicationSessionActivation: [],
  session: [],
  sessionAttribute: [],
  sessionActivation: [],
  error: [],
  flow: [],
  registration: [],
  servlet: [],
  timer: undefined,
};
