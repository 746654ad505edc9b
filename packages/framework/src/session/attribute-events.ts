import type { SipApplicationSession, SipSession } from "../api/object-model.js";
import type { ListenerRegistry } from "../listener/listener-registry.js";
import type { AttributeObserver } from "./attributes.js";

/** Values that want to know when they become an attribute (JSR 289 §8). */
interface BindingListener<Event> {
  valueBound?(event: Event): void;
  valueUnbound?(event: Event): void;
}

function bindingListener<Event>(value: unknown): BindingListener<Event> | undefined {
  return typeof value === "object" && value !== null ? (value as BindingListener<Event>) : undefined;
}

/** Listeners of attributes of one kind of session. */
interface AttributeListener<Event> {
  attributeAdded?(event: Event): void | Promise<void>;
  attributeReplaced?(event: Event): void | Promise<void>;
  attributeRemoved?(event: Event): void | Promise<void>;
}

/** `valueBound` comes before `attributeAdded`; a value replaced is unbound after the new one is bound. */
class AttributeEvents<Event> implements AttributeObserver {
  readonly #registry: ListenerRegistry;
  readonly #listeners: () => readonly AttributeListener<Event>[];
  readonly #eventOf: (name: string) => Event;

  constructor(
    registry: ListenerRegistry,
    listeners: () => readonly AttributeListener<Event>[],
    eventOf: (name: string) => Event,
  ) {
    this.#registry = registry;
    this.#listeners = listeners;
    this.#eventOf = eventOf;
  }

  onAdded(name: string, value: unknown): void {
    const event = this.#eventOf(name);
    this.#bound(value, event);
    this.#registry.tell(this.#listeners(), "attributeAdded", (each) => each.attributeAdded?.(event));
  }

  onReplaced(name: string, value: unknown, previous: unknown): void {
    const event = this.#eventOf(name);
    this.#bound(value, event);
    this.#unbound(previous, event);
    this.#registry.tell(this.#listeners(), "attributeReplaced", (each) => each.attributeReplaced?.(event));
  }

  onRemoved(name: string, previous: unknown): void {
    const event = this.#eventOf(name);
    this.#unbound(previous, event);
    this.#registry.tell(this.#listeners(), "attributeRemoved", (each) => each.attributeRemoved?.(event));
  }

  #bound(value: unknown, event: Event): void {
    const listener = bindingListener<Event>(value);
    if (typeof listener?.valueBound !== "function") return;
    this.#registry.tell([listener], "valueBound", (each) => each.valueBound?.(event));
  }

  #unbound(value: unknown, event: Event): void {
    const listener = bindingListener<Event>(value);
    if (typeof listener?.valueUnbound !== "function") return;
    this.#registry.tell([listener], "valueUnbound", (each) => each.valueUnbound?.(event));
  }
}

/** Events of the attributes of an application session. */
export function applicationSessionObserver(
  session: SipApplicationSession,
  registry: ListenerRegistry,
): AttributeObserver {
  return new AttributeEvents(
    registry,
    () => registry.listeners.applicationSessionAttribute,
    (name) => ({ kind: "SipApplicationSession" as const, applicationSession: session, name }),
  );
}

/** Events of the attributes of a SIP session. */
export function sessionObserver(session: SipSession, registry: ListenerRegistry): AttributeObserver {
  return new AttributeEvents(
    registry,
    () => registry.listeners.sessionAttribute,
    (name) => ({ kind: "SipSession" as const, session, name }),
  );
}
