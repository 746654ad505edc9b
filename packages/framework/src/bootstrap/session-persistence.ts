import type { Logger } from "@siplet/core";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import type { ContainerSipApplicationSession } from "../session/container-sip-application-session.js";
import type { SessionTable } from "../session/session-table.js";
import type { SessionLookup, SessionStore, StoredSession } from "../spi/session-store.js";
import type { SessionMover } from "./session-mover.js";

/** What keeping sessions in a store needs of the container. */
export interface SessionPersistenceParts {
  readonly store: SessionStore;
  /** Name of this engine, with its incarnation. */
  readonly owner: string;
  readonly log: Logger;
  readonly table: SessionTable;
  /** What writes the sessions of an application; undefined when it is not deployed here. */
  readonly moverOf: (applicationName: string) => SessionMover | undefined;
}

/** Where a session stands in the store. */
interface Standing {
  readonly epoch: number;
  version: number;
}

/**
 * Puts a store between a turn and the wire: what a handler sends leaves once the new state of its session is written, and
 * a session that is not here is fetched from the store. Only applications that are distributable are written.
 */
export class SessionPersistence {
  readonly #parts: SessionPersistenceParts;
  readonly #standings = new WeakMap<ContainerSipApplicationSession, Standing>();
  readonly #fetching = new Map<string, Promise<boolean>>();

  constructor(parts: SessionPersistenceParts) {
    this.#parts = parts;
  }

  /** Writes a session. Rejects when another engine owns it by now: then its messages must not leave. */
  async commit(id: string): Promise<void> {
    const session = this.#parts.table.findById(id);
    const mover = session === undefined ? undefined : this.#parts.moverOf(session.applicationName);
    if (session === undefined || mover === undefined || !session.isValid) return;
    const standing = this.#standingOf(session);
    const snapshot = mover.snapshot(session);
    const { expirationTime, timers } = session;
    const dueTimes = timers.map((timer) => timer.scheduledExecutionTime);
    const [result] = await this.#parts.store.commit([
      {
        id,
        ...standing,
        lookups: lookupsOf(session),
        dueTime: dueTimes.length === 0 ? undefined : Math.min(...dueTimes),
        expirationTime: expirationTime === 0 ? undefined : expirationTime,
        snapshot: () => snapshot,
      },
    ]);
    if (result?.kind === "committed") {
      standing.version = result.version;
      return;
    }
    this.#lose(session);
    throw new IllegalStateError("state.invalid-application-session", {
      detail: `${id} belongs to another engine by now`,
    });
  }

  /** The session has ended: the store forgets it. */
  forget(session: ContainerSipApplicationSession): void {
    const standing = this.#standings.get(session);
    if (standing === undefined) return;
    this.#standings.delete(session);
    const report = (error: unknown): void => this.#parts.log.warn({ error, id: session.id }, "a session stays stored");
    void (async () => this.#parts.store.delete(session.id, standing.epoch))().catch(report);
  }

  /** Fetches the session of a name, once however many messages ask; tells whether it is here now. */
  recover(lookup: SessionLookup): Promise<boolean> {
    const { kind, value } = lookup;
    const name = `${kind} ${value}`;
    const running = this.#fetching.get(name);
    if (running !== undefined) return running;
    const fetching = this.#fetch(lookup)
      .catch((error: unknown) => {
        this.#parts.log.error({ error, kind, value }, "a session could not be fetched from the store");
        return false;
      })
      .finally(() => this.#fetching.delete(name));
    this.#fetching.set(name, fetching);
    return fetching;
  }

  async #fetch(lookup: SessionLookup): Promise<boolean> {
    const { store, owner } = this.#parts;
    const [id] = await store.find(lookup);
    const stored = id === undefined ? undefined : await store.get(id);
    if (stored === undefined) return false;
    const taken = await store.takeOver(stored.id, stored.epoch, owner);
    return taken !== undefined && this.#bringBack(taken);
  }

  #bringBack({ id, epoch, version, snapshot }: StoredSession): boolean {
    const mover = this.#parts.moverOf(snapshot.applicationName);
    if (mover === undefined) return false;
    const stale = this.#parts.table.findById(id);
    if (stale !== undefined) this.#lose(stale);
    this.#standings.set(mover.activate(snapshot), { epoch, version });
    return true;
  }

  /** Another engine owns it: here it is gone, without a word to its listeners. */
  #lose(session: ContainerSipApplicationSession): void {
    this.#standings.delete(session);
    if (session.isValid) this.#parts.moverOf(session.applicationName)?.drop(session);
  }

  #standingOf(session: ContainerSipApplicationSession): Standing {
    const standing = this.#standings.get(session) ?? { epoch: 1, version: 0 };
    this.#standings.set(session, standing);
    return standing;
  }
}

function lookupsOf(session: ContainerSipApplicationSession): readonly SessionLookup[] {
  const inDialog = session.children.filter(({ dialogIds }) => dialogIds.length > 0);
  const dialogs = inDialog.flatMap(({ dialogIds }) => dialogIds);
  const keys = new Set(inDialog.map(({ key }) => key));
  return [
    ...dialogs.map((value) => ({ kind: "dialog", value }) as const),
    ...[...keys].map((value) => ({ kind: "session", value }) as const),
    ...(session.key === undefined ? [] : [{ kind: "key", value: session.key } as const]),
    ...session.indexKeys.map((value) => ({ kind: "index", value }) as const),
  ];
}
