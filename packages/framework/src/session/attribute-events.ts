import type { SipApplicationSession, SipSession } from "../api/object-model.js";
import type { InvocationOwner } from "../concurrency/invocation.js";
import type { ListenerRegistry } from "../listener/listener-registry.js";
import type { AttributeObserver } from "./attributes.js";

/** Where the listeners of an application are found. */
export interface ListenerSource {
  readonly listeners: ListenerRegistry;
}

/** The application session that has the attributes, itself or in one of its sessions. */
export interface AttributeOwner extends InvocationOwner {
  /** It is to be written at the end of the turn, where sessions are stored. */
  noteChange(): void;
}

/** Values that want to know when they become an attribute (JSR 289 §8). */
interface BindingListener<Event> {
  valueBound?(event: Event): void;
  valueUnbound?(event: Event): void;
}

function bindingListener<Event>(value: unknown): BindingListener<Event> | undefined {
  return typeof value === "object" && value !== null ? value : undefined;
}

/** Listeners of attributes of one kind of session. */
interface AttributeListener<Event> {
  attributeAdded?(event: Event): void | Promise<void>;
  attributeReplaced?(event: Event): void | Promise<void>;
  attributeRemoved?(event: Event): void | Promise<void>;
}

/** `valueBound` comes before `attributeAdded`; a value replaced is unbound after the new one is bound. */
class AttributeEvents<Event> implements AttributeObserver {
  readonly #owner: AttributeOwner;
  readonly #source: ListenerSource;
  readonly #listeners: () => readonly AttributeListener<Event>[];
  readonly #eventOf: (name: string) => Event;

  constructor(
    owner: AttributeOwner,
    source: ListenerSource,
    listeners: () => readonly AttributeListener<Event>[],
    eventOf: (name: string) => Event,
  ) {
    this.#owner = owner;
    this.#source = source;
    this.#listeners = listeners;
    this.#eventOf = eventOf;
  }

  onAdded(name: string, value: unknown): void {
    this.#owner.noteChange();
    const event = this.#eventOf(name);
    this.#bound(value, event);
    this.#tell(this.#listeners(), "attributeAdded", (each) => each.attributeAdded?.(event));
  }

  onReplaced(name: string, value: unknown, previous: unknown): void {
    this.#owner.noteChange();
    const event = this.#eventOf(name);
    if (value !== previous) {
      this.#bound(value, event);
      this.#unbound(previous, event);
    }
    this.#tell(this.#listeners(), "attributeReplaced", (each) => each.attributeReplaced?.(event));
  }

  onRemoved(name: string, previous: unknown): void {
    this.#owner.noteChange();
    const event = this.#eventOf(name);
    this.#unbound(previous, event);
    this.#tell(this.#listeners(), "attributeRemoved", (each) => each.attributeRemoved?.(event));
  }

  #tell<L>(listeners: readonly L[], event: string, call: (listener: L) => void | PromiseLike<void> | undefined): void {
    void this.#source.listeners.tell(this.#owner, listeners, event, call);
  }

  #bound(value: unknown, event: Event): void {
    const listener = bindingListener<Event>(value);
    if (typeof listener?.valueBound !== "function") return;
    this.#tell([listener], "valueBound", (each) => each.valueBound?.(event));
  }

  #unbound(value: unknown, event: Event): void {
    const listener = bindingListener<Event>(value);
    if (typeof listener?.valueUnbound !== "function") return;
    this.#tell([listener], "valueUnbound", (each) => each.valueUnbound?.(event));
  }
}

/** Events of the attributes of an application session. */
export function applicationSessionObserver(
  session: SipApplicationSession & AttributeOwner,
  source: ListenerSource,
): AttributeObserver {
  return new AttributeEvents(
    session,
    source,
    () => source.listeners.listeners.applicationSessionAttribute,
    (name) => ({ kind: "SipApplicationSession" as const, applicationSession: session, name }),
  );
}

/** Events of the attributes of a SIP session. */
export function sessionObserver(session: SipSession, owner: AttributeOwner, source: ListenerSource): AttributeObserver {
  return new AttributeEvents(
    owner,
    source,
    () => source.listeners.listeners.sessionAttribute,
    (name) => ({ kind: "SipSession" as const, session, name }),
  );
}
