import type { ContainerSipApplicationSession } from "./container-sip-application-session.js";
import type { ContainerSipSession } from "./container-sip-session.js";
import type { SessionKeys } from "./session-keys.js";

/** The application sessions of one application. */
interface ApplicationTable {
  readonly byId: Map<string, ContainerSipApplicationSession>;
  readonly byKey: Map<string, ContainerSipApplicationSession>;
  readonly byIndexKey: Map<string, Set<ContainerSipApplicationSession>>;
}

const none: readonly ContainerSipSession[] = [];

/** All sessions of a container, found by what messages carry. */
export class SessionTable {
  readonly #byId = new Map<string, ContainerSipApplicationSession>();
  readonly #applications = new Map<string, ApplicationTable>();
  /** Applications of one container may stand on the path of one dialog: then an entry has several sessions. */
  readonly #byDialog = new Map<string, ContainerSipSession | readonly ContainerSipSession[]>();
  readonly #keys: SessionKeys;

  constructor(keys: SessionKeys) {
    this.#keys = keys;
  }

  /** How many sessions there are, by kind. */
  get count(): { readonly applicationSessions: number; readonly dialogs: number; readonly keys: number } {
    let keys = 0;
    for (const { byKey } of this.#applications.values()) keys += byKey.size;
    return { applicationSessions: this.#byId.size, dialogs: this.#byDialog.size, keys };
  }

  add(session: ContainerSipApplicationSession): void {
    const { byId, byKey } = this.#tableOf(session.applicationName);
    this.#byId.set(session.id, session);
    byId.set(session.id, session);
    if (session.key !== undefined) byKey.set(session.key, session);
  }

  remove(session: ContainerSipApplicationSession): void {
    const { byId, byKey } = this.#tableOf(session.applicationName);
    this.#byId.delete(session.id);
    byId.delete(session.id);
    if (session.key !== undefined && byKey.get(session.key) === session) byKey.delete(session.key);
    for (const key of session.ownIndexKeys) this.removeIndexKey(key, session);
  }

  findById(id: string): ContainerSipApplicationSession | undefined {
    return this.#byId.get(id);
  }

  /** The one application session of a key (JSR 289 §15.11.2). */
  findByKey(applicationName: string, key: string): ContainerSipApplicationSession | undefined {
    return this.#applications.get(applicationName)?.byKey.get(key);
  }

  /** The application sessions that carry an index key (JSR 359). */
  findByIndexKey(applicationName: string, key: string): readonly ContainerSipApplicationSession[] {
    return [...(this.#applications.get(applicationName)?.byIndexKey.get(key) ?? [])];
  }

  addIndexKey(key: string, session: ContainerSipApplicationSession): void {
    const { byIndexKey } = this.#tableOf(session.applicationName);
    const sessions = byIndexKey.get(key);
    if (sessions === undefined) byIndexKey.set(key, new Set([session]));
    else sessions.add(session);
  }

  removeIndexKey(key: string, session: ContainerSipApplicationSession): void {
    const { byIndexKey } = this.#tableOf(session.applicationName);
    const sessions = byIndexKey.get(key);
    sessions?.delete(session);
    if (sessions?.size === 0) byIndexKey.delete(key);
  }

  /** All application sessions, of one application when a name is given. */
  applicationSessions(applicationName?: string): ContainerSipApplicationSession[] {
    const sessions = applicationName === undefined ? this.#byId : this.#applications.get(applicationName)?.byId;
    return sessions === undefined ? [] : [...sessions.values()];
  }

  /** What tells a session in our addresses. */
  createKey(sessionId: string): string {
    return this.#keys.create(sessionId);
  }

  /** Makes a session findable by its dialog: Call-ID, own tag, the other's tag. */
  addDialog(dialogId: string, session: ContainerSipSession): void {
    const present = this.findByDialog(dialogId);
    this.#byDialog.set(dialogId, present.length === 0 ? session : [...present, session]);
  }

  removeDialog(dialogId: string, session: ContainerSipSession): void {
    const left = this.findByDialog(dialogId).filter((each) => each !== session);
    const [first] = left;
    if (first === undefined) this.#byDialog.delete(dialogId);
    else this.#byDialog.set(dialogId, left.length === 1 ? first : left);
  }

  /** The sessions of a dialog: one, unless several applications of this container take part in it. */
  findByDialog(dialogId: string): readonly ContainerSipSession[] {
    const found = this.#byDialog.get(dialogId);
    if (found === undefined) return none;
    return "callId" in found ? [found] : found;
  }

  #tableOf(applicationName: string): ApplicationTable {
    const existing = this.#applications.get(applicationName);
    if (existing !== undefined) return existing;
    const table = { byId: new Map(), byKey: new Map(), byIndexKey: new Map() };
    this.#applications.set(applicationName, table);
    return table;
  }
}
