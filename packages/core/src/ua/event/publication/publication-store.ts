import type { SyncOrPromise } from "../../../auth/users/sync-or-promise.js";

/** One published state. Plain data. */
export interface PublishedState {
  readonly entityTag: string;
  /** Body in base64. */
  readonly body: string;
  readonly contentType: string;
  /** When it ends, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** All that was published for one resource and package. Plain data. */
export interface PublicationRecord {
  readonly version: 1;
  /** Names resource and package. */
  readonly key: string;
  /** Key of the resource, see `addressOfRecordKey`. */
  readonly resource: string;
  readonly event: string;
  /** Counts the changes. */
  readonly revision: number;
  /** In the order of their last change. */
  readonly states: readonly PublishedState[];
}

/** Where published states are kept; each answer may be a value or the promise of one. */
export interface PublicationStore {
  read(key: string): SyncOrPromise<PublicationRecord | undefined>;
  /** Puts a record in place of the one with revision `expected` (0: of none); false when another is there by now. */
  replace(record: PublicationRecord, expected: number): SyncOrPromise<boolean>;
}

/** Keeps published states in memory. */
export class MemoryPublicationStore implements PublicationStore {
  readonly #records = new Map<string, PublicationRecord>();

  get size(): number {
    return this.#records.size;
  }

  read(key: string): PublicationRecord | undefined {
    return this.#records.get(key);
  }

  replace(record: PublicationRecord, expected: number): boolean {
    if ((this.#records.get(record.key)?.revision ?? 0) !== expected) return false;
    if (record.states.length > 0) this.#records.set(record.key, record);
    else this.#records.delete(record.key);
    return true;
  }
}
