import type { Clock, Logger } from "@siplet/core";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import type { RecoveryLookup } from "../dispatch/initial-recovery.js";
import type { ContainerSipApplicationSession } from "../session/container-sip-application-session.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { SessionTable } from "../session/session-table.js";
import type { SessionSnapshot } from "../spi/session-snapshot.js";
import type { SessionLookup, SessionStore, StoredSession } from "../spi/session-store.js";
import { ContainerServletTimer } from "../timer/container-servlet-timer.js";
import type { SessionMover } from "./session-mover.js";

/** What keeping sessions in a store needs of the container. */
export interface SessionPersistenceParts {
  readonly store: SessionStore;
  /** Name of this engine, with its incarnation. */
  readonly owner: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly table: SessionTable;
  /** What writes the sessions of an application; undefined when it is not deployed here. */
  readonly moverOf: (applicationName: string) => SessionMover | undefined;
}

/** How many overdue sessions are taken over in one go. */
const mostAtOnce = 100;

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

  /** Writes a session. Rejects when it cannot be written or another engine owns it: then its messages must not leave. */
  async commit(id: string): Promise<void> {
    const session = this.#parts.table.findById(id);
    const mover = session === undefined ? undefined : this.#parts.moverOf(session.applicationName);
    if (session === undefined || mover === undefined || !session.isValid) return;
    try {
      await this.#write(session, mover.snapshot(session));
    } catch (error) {
      this.#parts.log.error({ error, id }, "a session could not be written; what it sends does not leave");
      throw error;
    }
  }

  /** Gives every session up, written as it is: another engine may take it over, and here it is gone. */
  async release(): Promise<void> {
    for (const session of this.#parts.table.applicationSessions()) {
      const mover = this.#parts.moverOf(session.applicationName);
      if (mover === undefined || session.application.commit === undefined || !session.isOpen) continue;
      try {
        await this.#write(session, mover.prepareToLeave(session));
        const { epoch } = this.#standingOf(session);
        this.#lose(session);
        await this.#parts.store.release(session.id, epoch);
      } catch (error) {
        this.#parts.log.error({ error, id: session.id }, "a session could not be given up to the store");
      }
    }
  }

  /** Takes over sessions whose timers are overdue because their engine is gone. */
  async takeOverdue(overdueTimeout: number): Promise<void> {
    const { store, clock, log } = this.#parts;
    try {
      for (const id of await store.due(clock.now() - overdueTimeout, mostAtOnce)) {
        if (this.#parts.table.findById(id) === undefined) await this.#takeOver(id);
      }
    } catch (error) {
      log.error({ error }, "sessions with overdue timers could not be fetched from the store");
    }
  }

  async #write(session: ContainerSipApplicationSession, snapshot: SessionSnapshot): Promise<void> {
    const { id, expiry } = session;
    const standing = this.#standingOf(session);
    const [result] = await this.#parts.store.commit([
      {
        id,
        ...standing,
        lookups: lookupsOf(session),
        dueTime: dueTimeOf(session),
        expirationTime: expiry.time > 0 ? expiry.time : undefined,
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
  recover(lookup: RecoveryLookup): Promise<boolean> {
    const { kind, value } = lookup;
    const name = `${kind} ${value} ${lookup.applicationName ?? ""}`;
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

  /** A dialog may lead to several: one for each application on its path. */
  async #fetch(lookup: RecoveryLookup): Promise<boolean> {
    const ids = lookup.kind === "id" ? [lookup.value] : await this.#parts.store.find(lookup);
    let isHere = false;
    for (const id of ids) isHere = (await this.#takeOver(id, lookup.applicationName)) || isHere;
    return isHere;
  }

  async #takeOver(id: string, applicationName?: string): Promise<boolean> {
    const { store, owner } = this.#parts;
    const stored = await store.get(id);
    if (stored === undefined || this.#isOwn(stored)) return false;
    if (applicationName !== undefined && stored.snapshot.applicationName !== applicationName) return false;
    const taken = await store.takeOver(stored.id, stored.epoch, owner);
    return taken !== undefined && this.#bringBack(taken);
  }

  /** Whether the session is here, and nobody else has taken it since. */
  #isOwn({ id, epoch }: StoredSession): boolean {
    const session = this.#parts.table.findById(id);
    return session !== undefined && this.#standings.get(session)?.epoch === epoch;
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

/** When its first persistent timer or session timer is due. */
function dueTimeOf({ timers, children }: ContainerSipApplicationSession): number | undefined {
  const persistent = timers.filter((timer) => timer instanceof ContainerServletTimer && timer.isPersistent);
  const sessionTimers = (children as readonly ContainerSipSession[]).map((each) => each.existingSignalling?.dueTime);
  const times = [...persistent.map((timer) => timer.scheduledExecutionTime), ...sessionTimers];
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
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
