import { callbackify } from "node:util";
import type { Request } from "express";
import { Store, type Session, type SessionData } from "express-session";
import type { SessionStore } from "../../spi/session-store.js";
import type { HttpSessionDirectory, SessionKeeper } from "./http-session-directory.js";
import type { HttpSessionEntry } from "./http-session-entry.js";

type Done = (error?: unknown) => void;

/** Where one session stands in the store. */
interface Standing {
  readonly epoch: number;
  readonly version: number;
}

/** What is written of a session. */
interface Written {
  readonly session: SessionData;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What the store of one application needs. */
export interface HttpSessionStoreParts {
  readonly store: SessionStore;
  readonly directory: HttpSessionDirectory;
  /** Life after the last request, in milliseconds; 0: for ever. */
  readonly timeout: number;
}

const layout = 1;

/** Keeps the sessions of `express-session` in a session store of the container: the same port, the same kinds of store. */
export class HttpSessionStore extends Store implements SessionKeeper {
  readonly #parts: HttpSessionStoreParts;
  readonly #standings = new Map<string, Standing>();

  constructor(parts: HttpSessionStoreParts) {
    super();
    this.#parts = parts;
    parts.directory.keeper = this;
  }

  /** Told of each session that was loaded for a request. */
  onLoaded: ((request: Request, data: SessionData) => void) | undefined;

  override createSession(request: Request, data: SessionData): Session & SessionData {
    const session = super.createSession(request, data);
    this.onLoaded?.(request, data);
    return session;
  }

  /** The data of a session; undefined when there is none. */
  async read(id: string): Promise<SessionData | undefined> {
    return (await this.#read(id))?.session;
  }

  get(id: string, callback: (error: unknown, session?: SessionData | null) => void): void {
    callbackify(() => this.read(id))(callback);
  }

  set(id: string, session: SessionData, callback: Done = ignore): void {
    callbackify(() => this.#write(id, session))(callback);
  }

  destroy(id: string, callback: Done = ignore): void {
    const entry = this.#parts.directory.find(id);
    if (entry !== undefined) this.#parts.directory.end(entry);
    callbackify(() => this.forget(id))(callback);
  }

  override touch(id: string, session: SessionData, callback: Done = ignore): void {
    this.set(id, session, callback);
  }

  async forget(id: string): Promise<void> {
    const standing = this.#standings.get(id);
    this.#standings.delete(id);
    await this.#parts.store.delete(this.#key(id), standing?.epoch ?? 1);
  }

  /** Memory has it already: the entry itself is what requests find. */
  async update(entry: HttpSessionEntry): Promise<void> {
    if (this.#parts.store.isVolatile) return;
    const written = await this.#read(entry.id);
    if (written !== undefined) await this.#write(entry.id, written.session);
  }

  async #read(id: string): Promise<Written | undefined> {
    const stored = await this.#parts.store.get(this.#key(id));
    if (typeof stored?.snapshot.data !== "string") return undefined;
    this.#standings.set(id, { epoch: stored.epoch, version: stored.version });
    const written = JSON.parse(stored.snapshot.data) as Written;
    if (written.expiresAt > this.#parts.directory.now()) return written;
    await this.forget(id);
    return undefined;
  }

  async #write(id: string, session: SessionData): Promise<void> {
    const { directory, timeout, store } = this.#parts;
    const entry = directory.find(id) ?? (session.converged === undefined ? directory.open(id) : undefined);
    if (entry === undefined) return; // it ended while the request ran
    const converged = store.isVolatile ? entry.record : entry.toStored();
    const expiresAt = timeout > 0 ? directory.now() + timeout : Number.MAX_SAFE_INTEGER;
    const data = JSON.stringify({ session: { ...session, converged }, expiresAt });
    const snapshot = { format: layout, applicationName: directory.application.name, data };
    const standing = this.#standings.get(id) ?? { epoch: 1, version: 0 };
    const [result] = await store.commit([
      {
        id: this.#key(id),
        ...standing,
        lookups: [{ kind: "http", value: id }],
        dueTime: undefined,
        expirationTime: timeout > 0 ? expiresAt : undefined,
        snapshot: () => snapshot,
      },
    ]);
    if (result?.kind === "committed") this.#standings.set(id, { epoch: standing.epoch, version: result.version });
  }

  /** Application sessions live in the same store. */
  #key(id: string): string {
    return `http:${this.#parts.directory.application.name}:${id}`;
  }
}

function ignore(): void {
  // express-session asks for no answer
}
