import type { RandomSource } from "@siplet/core";
import type { Uri } from "../api/uri.js";
import { currentInvocation } from "../concurrency/invocation.js";
import { runInvocation } from "../concurrency/invocation-host.js";
import type { ApplicationContext } from "./application-context.js";
import {
  ContainerSipApplicationSession,
  type ApplicationSessionDirectory,
} from "./container-sip-application-session.js";
import { ContainerSipSession, type SipSessionParts } from "./container-sip-session.js";
import type { SessionTable } from "./session-table.js";
import type { SessionTargeting, SessionTarget } from "./session-targeting.js";

/** Makes the sessions of a container: finds them by key, puts them into the table, tells the listeners. */
export class SessionRegistry implements ApplicationSessionDirectory {
  readonly table: SessionTable;
  /** Told when an application session has left the tables. */
  onRemoved: ((session: ContainerSipApplicationSession) => void) | undefined;
  readonly #random: RandomSource;
  readonly #targeting: SessionTargeting;

  constructor(table: SessionTable, random: RandomSource, targeting: SessionTargeting) {
    this.table = table;
    this.#random = random;
    this.#targeting = targeting;
  }

  /** The application session of a key, made if there is none; without a key a new one (JSR 289 §15.11.2). */
  applicationSession(application: ApplicationContext, key?: string): ContainerSipApplicationSession {
    const existing = key === undefined ? undefined : this.table.findByKey(application.name, key);
    if (existing?.isOpen === true) return existing;
    const id = this.#random.token(96);
    const session = new ContainerSipApplicationSession({ id, application, key, directory: this });
    this.table.add(session);
    const { listeners } = application;
    if (listeners.listeners.applicationSession.length === 0) return session;
    const event = { kind: "SipApplicationSession", applicationSession: session } as const;
    this.#tell(session, () =>
      listeners.tell(session, listeners.listeners.applicationSession, "sessionCreated", (each) =>
        each.sessionCreated?.(event),
      ),
    );
    return session;
  }

  /** A SIP session in an application session. Its listeners hear of it before any handler does. */
  createSession(parts: SipSessionParts): ContainerSipSession {
    const session = new ContainerSipSession(this.#random.token(96), this.table, parts);
    const { applicationSession } = parts;
    const { listeners } = session.application;
    if (listeners.listeners.session.length === 0) return session;
    const event = { kind: "SipSession", session } as const;
    this.#tell(applicationSession, () =>
      listeners.tell(applicationSession, listeners.listeners.session, "sessionCreated", (each) =>
        each.sessionCreated?.(event),
      ),
    );
    return session;
  }

  /**
   * A further dialog of the same request: same application session, Call-ID and handler, a copy of the attributes (JSR 289
   * §6.2.3.2), the same other leg. The attributes are there when the listeners hear of it.
   */
  deriveSession(original: ContainerSipSession, localTag: string): ContainerSipSession {
    const { applicationSession, role, callId, handler, key, parties, linked, taker } = original;
    const attributes = original.attributeStore.entries();
    const common = { applicationSession, role, callId, localTag, handler, key, linked, taker };
    const session = this.createSession({ ...common, ...parties, attributes });
    session.caller = original.caller;
    session.service = original.service;
    return session;
  }

  /** The application session that a URI names, here or elsewhere. */
  targetOf(uriText: string): SessionTarget | undefined {
    return this.#targeting.decode(uriText);
  }

  /** The valid application session that a URI leads to (JSR 289 §15.11.1). */
  findTarget(uriText: string): ContainerSipApplicationSession | undefined {
    return this.#openSession(this.#targeting.decode(uriText));
  }

  /** A signed word that leads to an application session: for URLs (JSR 289 §15.11.1). */
  createToken({ applicationName, id }: ContainerSipApplicationSession): string {
    return this.#targeting.createToken({ applicationName, applicationSessionId: id });
  }

  /** The valid application session that a word leads to. */
  findByToken(token: string): ContainerSipApplicationSession | undefined {
    return this.#openSession(this.#targeting.readToken(token));
  }

  #openSession(target: SessionTarget | undefined): ContainerSipApplicationSession | undefined {
    if (target === undefined) return undefined;
    const session = this.table.findById(target.applicationSessionId);
    return session?.applicationName === target.applicationName && session.isOpen ? session : undefined;
  }

  remove(session: ContainerSipApplicationSession): void {
    this.table.remove(session);
    this.onRemoved?.(session);
  }

  addIndexKey(key: string, session: ContainerSipApplicationSession): void {
    this.table.addIndexKey(key, session);
  }

  removeIndexKey(key: string, session: ContainerSipApplicationSession): void {
    this.table.removeIndexKey(key, session);
  }

  encodeUri(uri: Uri, session: ContainerSipApplicationSession): void {
    this.#targeting.encode(uri, session.applicationName, session.id);
  }

  /** At once inside an invocation of the session, else in its queue: always before the next handler. */
  #tell(session: ContainerSipApplicationSession, tell: () => unknown): void {
    if (currentInvocation()?.context === session) void tell();
    else session.queue.enqueue({ run: () => runInvocation(session.application, session, "sessionCreated", tell) });
  }
}
