import type { Binding, LocationRecord } from "./location-record.js";
import type { BindingChange } from "./registrar-options.js";

/** Which addresses have a binding over which connection of ours, so that they can be found when it closes. */
export class BoundFlows {
  readonly #keys = new Map<string, Set<string>>();

  /** How many connections carry a binding. */
  get size(): number {
    return this.#keys.size;
  }

  /** A record was changed. */
  note({ key, bindings }: LocationRecord, changes: readonly BindingChange[]): void {
    for (const { binding } of changes) {
      if (!isBound(binding)) continue;
      const isNeeded = bindings.some((each) => each.flow === binding.flow);
      if (isNeeded) this.#add(binding.flow, key);
      else this.#remove(binding.flow, key);
    }
  }

  /** Forgets a connection; gives the keys of the addresses that were bound to it. */
  take(flow: string): Iterable<string> {
    const keys = this.#keys.get(flow) ?? [];
    this.#keys.delete(flow);
    return keys;
  }

  #add(flow: string, key: string): void {
    const keys = this.#keys.get(flow) ?? new Set();
    this.#keys.set(flow, keys.add(key));
  }

  #remove(flow: string, key: string): void {
    const keys = this.#keys.get(flow);
    keys?.delete(key);
    if (keys?.size === 0) this.#keys.delete(flow);
  }
}

/** Those that end with their connection; UDP has none whose end could be told. */
function isBound(binding: Binding): binding is Binding & { readonly flow: string } {
  return binding.flow !== undefined && binding.isFlowBound === true;
}
