import { IllegalArgumentError } from "../errors/illegal-argument-error.js";

/** Who hears of changes: the listeners of the application and the values themselves. */
export interface AttributeObserver {
  onAdded(name: string, value: unknown): void;
  onReplaced(name: string, value: unknown, previous: unknown): void;
  onRemoved(name: string, previous: unknown): void;
}

/** The named values of a session or message (JSR 289 §6.1.3). Costs nothing until the first is set. */
export class Attributes {
  readonly #observer: AttributeObserver | undefined;
  #values: Map<string, unknown> | undefined;

  constructor(observer?: AttributeObserver) {
    this.#observer = observer;
  }

  get(name: string): unknown {
    requireName(name);
    return this.#values?.get(name);
  }

  names(): readonly string[] {
    return this.#values === undefined ? [] : [...this.#values.keys()];
  }

  /** @throws IllegalArgumentError `argument.missing` for a missing name or value */
  set(name: string, value: unknown): void {
    requireName(name);
    if (value === undefined || value === null) {
      throw new IllegalArgumentError("argument.missing", {
        detail: `attribute "${name}" needs a value; use removeAttribute to take it away`,
      });
    }
    this.#values ??= new Map();
    const values = this.#values;
    const previous: unknown = values.get(name);
    const isNew = !values.has(name);
    values.set(name, value);
    if (isNew) this.#observer?.onAdded(name, value);
    else this.#observer?.onReplaced(name, value, previous);
  }

  /** Puts values back that were written down: nobody is told. */
  restore(entries: Iterable<readonly [name: string, value: unknown]>): void {
    for (const [name, value] of entries) if (value !== undefined) (this.#values ??= new Map()).set(name, value);
  }

  remove(name: string): void {
    const previous = this.get(name);
    if (this.#values?.delete(name) === true) this.#observer?.onRemoved(name, previous);
  }

  clear(): void {
    for (const name of this.names()) this.remove(name);
  }

  /** Names and values as they stand. */
  entries(): readonly (readonly [name: string, value: unknown])[] {
    return this.#values === undefined ? [] : [...this.#values];
  }
}

/** @throws IllegalArgumentError `argument.missing` */
export function requireName(name: string): void {
  if (typeof name === "string" && name !== "") return;
  throw new IllegalArgumentError("argument.missing", { detail: "an attribute needs a name" });
}
