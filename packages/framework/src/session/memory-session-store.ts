import type { CommitResult, SessionCommit, SessionLookup, SessionStore, StoredSession } from "../spi/session-store.js";

/** A session with the names it is found by. */
interface Entry extends StoredSession {
  readonly lookups: readonly SessionLookup[];
}

/**
 * Sessions in the memory of this process. Volatile unless told otherwise: then it keeps what a real store would, and
 * several containers of one process can share it.
 */
export class MemorySessionStore implements SessionStore {
  readonly isVolatile: boolean;
  readonly #entries = new Map<string, Entry>();
  readonly #names = new Map<string, Set<string>>();

  constructor(options: { readonly isVolatile?: boolean } = {}) {
    this.isVolatile = options.isVolatile ?? true;
  }

  commit(batch: readonly SessionCommit[]): readonly CommitResult[] {
    return batch.map((each) => this.#write(each));
  }

  get(id: string): StoredSession | undefined {
    return this.#entries.get(id);
  }

  find(lookup: SessionLookup): readonly string[] {
    return [...(this.#names.get(nameOf(lookup)) ?? [])];
  }

  takeOver(id: string, seenEpoch: number, owner: string): StoredSession | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.epoch !== seenEpoch) return undefined;
    const taken = { ...entry, owner, epoch: entry.epoch + 1 };
    this.#entries.set(id, taken);
    return taken;
  }

  release(id: string, epoch: number): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.epoch !== epoch) return false;
    this.#entries.set(id, { ...entry, owner: undefined });
    return true;
  }

  delete(id: string, epoch: number): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.epoch !== epoch) return false;
    this.#forgetNames(entry);
    return this.#entries.delete(id);
  }

  due(before: number, limit: number): readonly string[] {
    const overdue = [...this.#entries.values()].filter(({ dueTime }) => dueTime !== undefined && dueTime <= before);
    return overdue
      .toSorted((one, other) => (one.dueTime ?? 0) - (other.dueTime ?? 0))
      .slice(0, limit)
      .map(({ id }) => id);
  }

  close(): void {
    // Nothing is on its way: what was written is written.
  }

  #write(commit: SessionCommit): CommitResult {
    const before = this.#entries.get(commit.id);
    if (before !== undefined && before.epoch > commit.epoch) return { kind: "stale", epoch: before.epoch };
    if (before !== undefined) this.#forgetNames(before);
    const { id, epoch, dueTime, lookups } = commit;
    const version = commit.version + 1;
    const entry = { id, epoch, version, dueTime, lookups, owner: before?.owner, snapshot: commit.snapshot() };
    this.#entries.set(id, entry);
    for (const lookup of lookups) this.#addName(nameOf(lookup), id);
    return { kind: "committed", version };
  }

  #addName(name: string, id: string): void {
    const ids = this.#names.get(name);
    if (ids === undefined) this.#names.set(name, new Set([id]));
    else ids.add(id);
  }

  #forgetNames({ id, lookups }: Entry): void {
    for (const lookup of lookups) {
      const name = nameOf(lookup);
      const ids = this.#names.get(name);
      ids?.delete(id);
      if (ids?.size === 0) this.#names.delete(name);
    }
  }
}

function nameOf({ kind, value }: SessionLookup): string {
  return `${kind}\n${value}`;
}
