import type { Clock, Logger } from "@siplet/core";
import type { SipApplicationSession } from "../../api/object-model.js";
import type { ConvergedApplication } from "../../spi/http-bridge.js";
import { HttpSessionEntry, type SessionHost } from "./http-session-entry.js";
import type { StoredRecord } from "./session-record.js";
import type { SessionUrls } from "./session-urls.js";

/** What a directory needs. */
export interface DirectoryParts {
  readonly application: ConvergedApplication;
  readonly clock: Clock;
  readonly log: Logger;
  readonly urls: SessionUrls;
  /** Life after the last request, in milliseconds. */
  readonly timeout: number;
}

/** Where sessions are kept beyond the requests. */
export interface SessionKeeper {
  /** Forgets a session. */
  forget(id: string): Promise<void>;
  /** Writes what changed outside of a request. */
  update(entry: HttpSessionEntry): Promise<void>;
}

/** The live HTTP sessions of one application, and the application sessions they belong to (JSR 289 §13). */
export class HttpSessionDirectory implements SessionHost {
  readonly application: ConvergedApplication;
  readonly urls: SessionUrls;
  /** Set by the store, which stands above. */
  keeper: SessionKeeper | undefined;
  readonly #parts: DirectoryParts;
  readonly #entries = new Map<string, HttpSessionEntry>();
  readonly #children = new Map<string, Set<HttpSessionEntry>>();

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
    this.application = parts.application;
    this.urls = parts.urls;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#parts.clock.now();
  }

  find(id: string): HttpSessionEntry | undefined {
    return this.#entries.get(id);
  }

  /** The session of an id, made if it is not here; `stored` is what a store knows of it. */
  open(id: string, stored?: StoredRecord): HttpSessionEntry {
    const existing = this.#entries.get(id);
    if (existing !== undefined) {
      if (stored !== undefined) existing.refresh(stored);
      return existing;
    }
    const entry = new HttpSessionEntry(id, this, stored);
    this.#entries.set(id, entry);
    const owner = entry.existingApplicationSession;
    if (owner !== undefined) this.#adopt(entry, owner);
    this.#arm(entry, this.#parts.timeout);
    return entry;
  }

  /** The HTTP sessions of an application session. */
  childrenOf(applicationSessionId: string): readonly HttpSessionEntry[] {
    const children = this.#children.get(applicationSessionId);
    return children === undefined ? [] : [...children];
  }

  /** Makes a session the child of an application session, a new one unless it is given. */
  associate(
    entry: HttpSessionEntry,
    applicationSession: SipApplicationSession = this.application.createApplicationSession(),
  ): SipApplicationSession {
    entry.record.applicationSessionId = applicationSession.id;
    this.#adopt(entry, applicationSession);
    entry.changed();
    return applicationSession;
  }

  /** An application session has ended: its children live on without it. */
  detach(applicationSessionId: string): void {
    const children = this.#children.get(applicationSessionId);
    this.#children.delete(applicationSessionId);
    for (const entry of children ?? []) {
      delete entry.record.applicationSessionId;
      entry.changed();
    }
  }

  /** Ends a session: it leaves its application session and is forgotten. */
  end(entry: HttpSessionEntry): void {
    if (!entry.isValid) return;
    this.#remove(entry);
    const report = (error: unknown): void =>
      this.#parts.log.warn({ error, id: entry.id }, "an HTTP session stays stored");
    this.keeper?.forget(entry.id).catch(report);
    const owner = entry.existingApplicationSession;
    if (owner !== undefined) this.application.leave(owner);
  }

  changed(entry: HttpSessionEntry): void {
    const report = (error: unknown): void =>
      this.#parts.log.warn({ error, id: entry.id }, "an HTTP session was not stored");
    this.keeper?.update(entry).catch(report);
  }

  /** The application goes: nothing of it stays. */
  close(): void {
    for (const entry of this.#entries.values()) this.#remove(entry);
  }

  #remove(entry: HttpSessionEntry): void {
    entry.expire();
    if (entry.timer !== undefined) this.#parts.clock.clearTimeout(entry.timer);
    this.#entries.delete(entry.id);
    const ownerId = entry.record.applicationSessionId;
    const siblings = ownerId === undefined ? undefined : this.#children.get(ownerId);
    siblings?.delete(entry);
    if (ownerId !== undefined && siblings?.size === 0) this.#children.delete(ownerId);
  }

  #adopt(entry: HttpSessionEntry, owner: SipApplicationSession): void {
    const siblings = this.#children.get(owner.id);
    if (siblings === undefined) this.#children.set(owner.id, new Set([entry]));
    else siblings.add(entry);
    this.application.join(owner);
  }

  #arm(entry: HttpSessionEntry, delay: number): void {
    if (this.#parts.timeout > 0) entry.timer = this.#parts.clock.setTimeout((due) => this.#expire(due), delay, entry);
  }

  /** An access only moves the time; that is found out here. */
  #expire(entry: HttpSessionEntry): void {
    const rest = entry.lastAccessedTime + this.#parts.timeout - this.now();
    if (rest > 0) this.#arm(entry, rest);
    else this.end(entry);
  }
}
