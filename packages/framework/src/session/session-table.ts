import type { ContainerSipApplicationSession } from "./container-sip-application-session.js";
import type { ContainerSipSession } from "./container-sip-session.js";

/** All sessions of a container, found by what messages carry. */
export class SessionTable {
  readonly #applicationSessions = new Map<string, ContainerSipApplicationSession>();
  readonly #byKey = new Map<string, ContainerSipApplicationSession>();
  readonly #byDialog = new Map<string, ContainerSipSession>();

  /** How many sessions there are, by kind. */
  get count(): { readonly applicationSessions: number; readonly dialogs: number; readonly keys: number } {
    return {
      applicationSessions: this.#applicationSessions.size,
      dialogs: this.#byDialog.size,
      keys: this.#byKey.size,
    };
  }

  add(session: ContainerSipApplicationSession): void {
    this.#applicationSessions.set(session.id, session);
    if (session.key !== undefined) this.#byKey.set(keyOf(session.applicationName, session.key), session);
  }

  remove(session: ContainerSipApplicationSession): void {
    this.#applicationSessions.delete(session.id);
    if (session.key !== undefined) this.#byKey.delete(keyOf(session.applicationName, session.key));
  }

  findById(id: string): ContainerSipApplicationSession | undefined {
    return this.#applicationSessions.get(id);
  }

  /** The one application session of a key (JSR 289 §15.11.2). */
  findByKey(applicationName: string, key: string): ContainerSipApplicationSession | undefined {
    return this.#byKey.get(keyOf(applicationName, key));
  }

  /** All application sessions, of one application when a name is given. */
  applicationSessions(applicationName?: string): ContainerSipApplicationSession[] {
    const all = [...this.#applicationSessions.values()];
    return applicationName === undefined ? all : all.filter((each) => each.applicationName === applicationName);
  }

  /** Makes a session findable by its dialog: Call-ID, own tag, the other's tag. */
  addDialog(dialogId: string, session: ContainerSipSession): void {
    this.#byDialog.set(dialogId, session);
  }

  removeDialog(dialogId: string, session: ContainerSipSession): void {
    if (this.#byDialog.get(dialogId) === session) this.#byDialog.delete(dialogId);
  }

  findByDialog(dialogId: string): ContainerSipSession | undefined {
    return this.#byDialog.get(dialogId);
  }
}

function keyOf(applicationName: string, key: string): string {
  return `${applicationName}\n${key}`;
}
