import type { Awaitable } from "./awaitable.js";
import type { SessionSnapshot } from "./session-snapshot.js";

/** Another name a session is found by. */
export interface SessionLookup {
  /**
   * A dialog id, the key of a SIP session as our Contact and Record-Route tell it, an application key, an index key, or the
   * id of an HTTP session.
   */
  readonly kind: "dialog" | "session" | "key" | "index" | "http";
  readonly value: string;
}

/**
 * What a store is asked to write: the container's application session itself, seen through this port, so that a store
 * that writes nothing costs nothing.
 */
export interface SessionCommit {
  readonly id: string;
  /** Counts owners: the one this engine got with the session. A commit with an older epoch than the stored one fails. */
  readonly epoch: number;
  /** Counts commits within the epoch; 0 = never stored. */
  readonly version: number;
  /** All names it can be found by now; those of the last commit that are missing are forgotten. */
  readonly lookups: readonly SessionLookup[];
  /** When its first timer is due, in milliseconds since the epoch; another engine may fire it after a crash. */
  readonly dueTime: number | undefined;
  /** After this time the store may forget it, in milliseconds since the epoch; undefined = never. */
  readonly expirationTime: number | undefined;
  /** The state to write. Must be called before `commit` returns, or its first promise is awaited: later it may differ. */
  snapshot(): SessionSnapshot;
}

/** What became of a commit: written with this version, or refused because another engine owns the session. */
export type CommitResult =
  | { readonly kind: "committed"; readonly version: number }
  | { readonly kind: "stale"; readonly epoch: number };

/** A session as the store holds it. */
export interface StoredSession {
  readonly id: string;
  readonly epoch: number;
  readonly version: number;
  /** The engine that owns it, with its incarnation; undefined after a release. */
  readonly owner: string | undefined;
  readonly dueTime: number | undefined;
  readonly snapshot: SessionSnapshot;
}

/**
 * Where application sessions are kept between two turns of their handlers. What a turn sends leaves after its commit,
 * so a stale engine's messages never do. All promises reject with the store's own errors when it cannot be reached.
 */
export interface SessionStore {
  /** True when nothing outlives the process: the container then never calls `snapshot`. */
  readonly isVolatile: boolean;

  /** Writes several sessions, each entirely or not at all; one result each, in order. */
  commit(batch: readonly SessionCommit[]): Awaitable<readonly CommitResult[]>;

  /** Reads a session without owning it. */
  get(id: string): Awaitable<StoredSession | undefined>;

  /**
   * The ids a name leads to: one for a key of either kind, any number for an index key; for a dialog one for each
   * application of the container on its path.
   */
  find(lookup: SessionLookup): Awaitable<readonly string[]>;

  /**
   * Makes `owner` the owner and raises the epoch, if the epoch is still `seenEpoch`. Of two engines that try, one gets
   * undefined and forwards to the other.
   */
  takeOver(id: string, seenEpoch: number, owner: string): Awaitable<StoredSession | undefined>;

  /** Gives the session up, so that the next engine takes it over without waiting. False when the epoch is stale. */
  release(id: string, epoch: number): Awaitable<boolean>;

  /** Removes the session and its names. False when the epoch is stale. */
  delete(id: string, epoch: number): Awaitable<boolean>;

  /** Ids of sessions whose `dueTime` has passed, most overdue first, at most `limit`. By the clock of the store. */
  due(before: number, limit: number): Awaitable<readonly string[]>;

  /** Writes what is on its way and lets go of the resources. */
  close(): Awaitable<void>;
}
