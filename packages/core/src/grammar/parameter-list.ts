import { equalIgnoringCase } from "./equal-ignoring-case.js";

/** A parameter as applications see it: its name, and its value without quotes or escapes; `undefined` for a mere flag. */
export type ParameterEntry = readonly [name: string, value: string | undefined];

/** What a parameter may be set to: `true` writes a mere flag, `undefined` leaves it out. */
export type ParameterInput = string | number | true | undefined;

/** What a list of parameters can be made from. */
export type ParametersInit =
  | Iterable<readonly [name: string, value: ParameterInput]>
  | Readonly<Record<string, ParameterInput>>;

/** From this length on, look-ups go through an index, so that a hostile list costs no quadratic time. */
const INDEXED_FROM = 12;

/**
 * An immutable list of parameters in the order received. Names compare without case (RFC 3261 §7.3.1). Values are
 * kept as written and decoded when asked for.
 */
export abstract class ParameterList implements Iterable<ParameterEntry> {
  readonly #names: readonly string[];
  readonly #raws: readonly (string | undefined)[];
  #index: ReadonlyMap<string, number> | undefined;

  protected constructor(names: readonly string[], raws: readonly (string | undefined)[]) {
    this.#names = names;
    this.#raws = raws;
  }

  /** The value of a written parameter value. */
  protected abstract decode(raw: string): string;

  get size(): number {
    return this.#names.length;
  }

  has(name: string): boolean {
    return ParameterList.#find(this, name) >= 0;
  }

  /** The value of the first parameter of that name, decoded; `undefined` if it is absent or a mere flag (see {@link has}). */
  get(name: string): string | undefined {
    const raw = this.getRaw(name);
    return raw === undefined ? undefined : this.decode(raw);
  }

  /** As {@link get}, as written: with its quotes or escapes. */
  getRaw(name: string): string | undefined {
    const at = ParameterList.#find(this, name);
    return at < 0 ? undefined : this.#raws[at];
  }

  /** The values of all parameters of that name, for the few lists that may repeat one. */
  getAll(name: string): (string | undefined)[] {
    return [...this].filter(([other]) => equalIgnoringCase(other, name)).map(([, value]) => value);
  }

  /** The names as written, in order. */
  names(): readonly string[] {
    return this.#names;
  }

  /** Tells whether a name occurs twice, which RFC 3261 §7.3.1 forbids within one value. */
  hasDuplicate(): boolean {
    const count = this.#names.length;
    if (count >= INDEXED_FROM) return ParameterList.#indexed(this).size < count;
    for (let later = 1; later < count; later++) {
      const at = ParameterList.#find(this, this.#names[later] ?? "");
      if (at < later) return true;
    }
    return false;
  }

  *[Symbol.iterator](): Generator<ParameterEntry, void, undefined> {
    for (const [at, name] of this.#names.entries()) {
      const raw = this.#raws[at];
      yield [name, raw === undefined ? undefined : this.decode(raw)];
    }
  }

  /** The parameters as plain object with lower-case names; a mere flag is `null`. */
  toJSON(): Record<string, string | null> {
    return Object.fromEntries([...this].map(([name, value]) => [name.toLowerCase(), value ?? null]));
  }

  /** Names and written values with one of them set, in its old place or at the end. */
  protected replaced(name: string, raw: string | undefined): [string[], (string | undefined)[]] {
    const at = ParameterList.#find(this, name);
    const names = [...this.#names];
    const raws = [...this.#raws];
    if (at < 0) names.push(name);
    raws[at < 0 ? raws.length : at] = raw;
    return [names, raws];
  }

  /** Names and written values without those of that name. */
  protected removed(name: string): [string[], (string | undefined)[]] {
    const stays = this.#names.map((other) => !equalIgnoringCase(other, name));
    return [this.#names.filter((_, at) => stays[at]), this.#raws.filter((_, at) => stays[at])];
  }

  /** Writes the list, each parameter behind the separator. */
  protected write(separator: string, encodeName: (name: string) => string): string {
    let text = "";
    for (const [at, name] of this.#names.entries()) {
      const raw = this.#raws[at];
      text += raw === undefined ? separator + encodeName(name) : `${separator}${encodeName(name)}=${raw}`;
    }
    return text;
  }

  static #find(list: ParameterList, name: string): number {
    const names = list.#names;
    if (names.length >= INDEXED_FROM) return ParameterList.#indexed(list).get(name.toLowerCase()) ?? -1;
    for (let at = 0; at < names.length; at++) {
      const other = names[at];
      if (other !== undefined && equalIgnoringCase(other, name)) return at;
    }
    return -1;
  }

  /** Lower-case name to first position. */
  static #indexed(list: ParameterList): ReadonlyMap<string, number> {
    if (list.#index !== undefined) return list.#index;
    const index = new Map<string, number>();
    for (const [at, name] of list.#names.entries()) {
      const key = name.toLowerCase();
      if (!index.has(key)) index.set(key, at);
    }
    list.#index = index;
    return index;
  }
}

/** The name and value pairs of what a list may be made from. */
export function parameterInputs(init: ParametersInit): Iterable<readonly [string, ParameterInput]> {
  return isIterable(init) ? init : Object.entries(init);
}

function isIterable(init: ParametersInit): init is Iterable<readonly [string, ParameterInput]> {
  return Symbol.iterator in init;
}
