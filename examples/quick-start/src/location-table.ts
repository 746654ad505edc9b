import { type Uri } from "@siplet/framework";

/** Where one phone of a user is reached. */
export interface Binding {
  readonly contact: Uri;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly callId: string;
  readonly sequenceNumber: number;
}

/** Who is where, in memory: the user part of an address of record leads to its phones. */
export class LocationTable {
  readonly #bindings = new Map<string, readonly Binding[]>();

  /** The phones of a user that are still registered, the latest first. */
  find(user: string): readonly Binding[] {
    const now = Date.now();
    const alive = (this.#bindings.get(user) ?? []).filter((binding) => binding.expiresAt > now);
    if (alive.length === 0) this.#bindings.delete(user);
    return alive;
  }

  /** Adds a phone or refreshes it. */
  register(user: string, binding: Binding): void {
    const others = this.find(user).filter((each) => !each.contact.equals(binding.contact));
    this.#bindings.set(user, [binding, ...others]);
  }

  /** Takes one phone away, or all of a user. */
  unregister(user: string, contact?: Uri): void {
    const others = contact === undefined ? [] : this.find(user).filter((each) => !each.contact.equals(contact));
    if (others.length === 0) this.#bindings.delete(user);
    else this.#bindings.set(user, others);
  }
}
