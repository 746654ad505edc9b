import type { Parameters } from "@siplet/core";
import { requireText } from "../errors/require-text.js";
import type { ChangeGuard } from "./change-guard.js";
import { refusing } from "./refusing.js";

/** The parameters of an address or other value, changeable where its owner allows. */
export class ParameterStore {
  readonly #guard: ChangeGuard;
  #parameters: Parameters;

  constructor(parameters: Parameters, guard: ChangeGuard) {
    this.#parameters = parameters;
    this.#guard = guard;
  }

  get current(): Parameters {
    return this.#parameters;
  }

  get(name: string): string | undefined {
    requireText(name, "the name of a parameter");
    return this.#parameters.has(name) ? (this.#parameters.get(name) ?? "") : undefined;
  }

  /** A missing value takes the parameter away; the empty text makes it a flag. */
  set(name: string, value: string | undefined | null): void {
    requireText(name, "the name of a parameter");
    this.#guard.check();
    this.#guard.checkParameter?.(name);
    const others = this.#parameters.without(name);
    const isGone = value === undefined || value === null;
    this.#parameters = isGone ? others : refusing(() => this.#parameters.with(name, value === "" ? true : value));
    this.#guard.changed();
  }

  names(): readonly string[] {
    return this.#parameters.names();
  }

  entries(): readonly (readonly [name: string, value: string])[] {
    return [...this.#parameters].map(([name, value]) => [name, value ?? ""] as const);
  }

  /** The same names and values in any order; names and values without case, `except` left out. */
  equals(other: ParameterStore): boolean {
    const mine = canonical(this.#parameters);
    const theirs = canonical(other.#parameters);
    return mine.size === theirs.size && [...mine].every(([name, value]) => theirs.get(name) === value);
  }
}

function canonical(parameters: Parameters): Map<string, string> {
  return new Map([...parameters].map(([name, value]) => [name.toLowerCase(), (value ?? "").toLowerCase()]));
}
