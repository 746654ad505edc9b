import { Parameters, parseParameterizedText } from "@siplet/core";
import { Parameterable } from "../api/parameterable.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { requireText } from "../errors/require-text.js";
import { freeValue, type ChangeGuard } from "./change-guard.js";
import { ParameterStore } from "./parameter-store.js";
import { refusing } from "./refusing.js";

/** A header value with parameters that can change (JSR 289 §4.1). */
export class ContainerParameterable extends Parameterable {
  readonly #guard: ChangeGuard;
  readonly #parameters: ParameterStore;
  #value: string;

  constructor(value: string, parameters: Parameters = Parameters.empty, guard: ChangeGuard = freeValue) {
    super();
    this.#value = value;
    this.#parameters = new ParameterStore(parameters, guard);
    this.#guard = guard;
  }

  get value(): string {
    return this.#value;
  }

  set value(value: string) {
    this.#guard.check();
    this.#value = readBareValue(value);
    this.#guard.changed();
  }

  getParameter(name: string): string | undefined {
    return this.#parameters.get(name);
  }

  setParameter(name: string, value: string | undefined): void {
    this.#parameters.set(name, value);
  }

  removeParameter(name: string): void {
    this.#parameters.set(name, undefined);
  }

  getParameterNames(): readonly string[] {
    return this.#parameters.names();
  }

  getParameters(): readonly (readonly [name: string, value: string])[] {
    return this.#parameters.entries();
  }

  clone(): ContainerParameterable {
    return new ContainerParameterable(this.#value, this.#parameters.current);
  }

  equals(other: unknown): boolean {
    return (
      other instanceof ContainerParameterable &&
      this.#value.toLowerCase() === other.#value.toLowerCase() &&
      this.#parameters.equals(other.#parameters)
    );
  }

  toString(): string {
    return `${this.#value}${this.#parameters.current.toString()}`;
  }
}

/** A value that takes no parameters along. @throws IllegalArgumentError */
function readBareValue(text: string): string {
  const { lead, parameters } = refusing(() => parseParameterizedText(requireText(text, "the value")));
  if (parameters.size === 0) return lead;
  throw new IllegalArgumentError("argument.invalid", { detail: `${text}; set its parameters by setParameter` });
}

/** Reads `value *( ";" name ["=" value] )`. @throws EngineError `header.malformed` */
export function createParameterable(text: string, guard: ChangeGuard = freeValue): ContainerParameterable {
  const { lead, parameters } = parseParameterizedText(text);
  return new ContainerParameterable(lead, parameters, guard);
}
