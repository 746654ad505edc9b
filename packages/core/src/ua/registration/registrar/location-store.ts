import type { SyncOrPromise } from "../../../auth/users/sync-or-promise.js";
import type { LocationRecord } from "./location-record.js";

/** Where bindings are kept; each answer may be a value or the promise of one. */
export interface LocationStore {
  /** What is known of an address; undefined when nothing is. */
  read(key: string): SyncOrPromise<LocationRecord | undefined>;
  /**
   * Puts a record in place of the one with revision `expected` (0: of none). False, and nothing changes, when another is
   * there by now: that keeps registrars that share a store from losing each other's changes.
   */
  replace(record: LocationRecord, expected: number): SyncOrPromise<boolean>;
  /** All that is known, to be listed; a store that cannot tell leaves it out. */
  records?(): Iterable<LocationRecord> | AsyncIterable<LocationRecord>;
}

/** Keeps bindings in memory: they end with the program. */
export class MemoryLocationStore implements LocationStore {
  readonly #records = new Map<string, LocationRecord>();

  /** How many addresses are known. */
  get size(): number {
    return this.#records.size;
  }

  read(key: string): LocationRecord | undefined {
    return this.#records.get(key);
  }

  replace(record: LocationRecord, expected: number): boolean {
    if ((this.#records.get(record.key)?.revision ?? 0) !== expected) return false;
    if (record.bindings.length > 0 || record.instances.length > 0) this.#records.set(record.key, record);
    else this.#records.delete(record.key);
    return true;
  }

  /** All records, to be written down. */
  records(): IterableIterator<LocationRecord> {
    return this.#records.values();
  }
}
