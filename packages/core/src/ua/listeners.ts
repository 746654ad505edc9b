import type { Logger } from "../log/logger.js";

/** An event map: what the listeners of each event are called with. */
export type EventMap<Events> = { readonly [Name in keyof Events]: readonly unknown[] };

/** A function that hears of an event. */
export type Listener<Events extends EventMap<Events>, Name extends keyof Events> = (...args: Events[Name]) => void;

/** The listeners of an object by event, with one typed map. A listener that throws is logged and keeps no other from hearing. */
export class Listeners<Events extends EventMap<Events>> {
  readonly #log: Logger;
  readonly #byEvent = new Map<keyof Events, readonly Listener<Events, keyof Events>[]>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Hears of each event of that name; gives the function that ends it. */
  on<Name extends keyof Events>(name: Name, listener: Listener<Events, Name>): () => void {
    const added = listener as Listener<Events, keyof Events>;
    this.#byEvent.set(name, [...(this.#byEvent.get(name) ?? []), added]);
    return () => {
      const left = (this.#byEvent.get(name) ?? []).filter((each) => each !== added);
      this.#byEvent.set(name, left);
    };
  }

  /** Hears of the next event of that name alone. */
  once<Name extends keyof Events>(name: Name, listener: Listener<Events, Name>): () => void {
    const stop = this.on(name, (...args: Events[Name]) => {
      stop();
      listener(...args);
    });
    return stop;
  }

  /** Whether anybody hears of that event. */
  has(name: keyof Events): boolean {
    return (this.#byEvent.get(name)?.length ?? 0) > 0;
  }

  /** Tells all listeners, in the order they came; true when there was one. */
  emit<Name extends keyof Events>(name: Name, ...args: Events[Name]): boolean {
    const listeners = this.#byEvent.get(name) ?? [];
    for (const listener of listeners) {
      try {
        listener(...args);
      } catch (error) {
        this.#log.error({ error, event: String(name) }, "a listener failed");
      }
    }
    return listeners.length > 0;
  }
}
