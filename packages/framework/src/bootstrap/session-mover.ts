import { createAddress } from "../address/container-address.js";
import { createUri } from "../address/uris.js";
import type { ServletClass } from "../api/servlet-class.js";
import { runInvocation } from "../concurrency/invocation-host.js";
import type { BridgeData } from "../b2bua/bridge/call/bridge-data.js";
import type { ContainerBridgeFactory } from "../b2bua/bridge/container-bridge-factory.js";
import type { ApplicationInjector } from "../di/application-injector.js";
import type { DeployedApplication } from "../dispatch/deployed-application.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { ContainerSipApplicationSession } from "../session/container-sip-application-session.js";
import { ContainerSipSession } from "../session/container-sip-session.js";
import { snapshotFormat, type ApplicationSessionData, type TimerData } from "../session/session-data.js";
import type { SessionRegistry } from "../session/session-registry.js";
import { ValueCodec } from "../session/value-codec.js";
import type { PlainValue, SessionSnapshot } from "../spi/session-snapshot.js";
import { ContainerServletTimer } from "../timer/container-servlet-timer.js";

/** What the sessions of one application are written with. */
export interface SessionMoverParts {
  readonly application: DeployedApplication;
  readonly injector: ApplicationInjector;
  readonly registry: SessionRegistry;
  /** Classes whose instances may be attributes. */
  readonly classes: readonly ServletClass[];
  readonly bridges: ContainerBridgeFactory;
}

/** What a snapshot holds, once the codec has read it. */
interface SnapshotData {
  readonly session: ApplicationSessionData;
  readonly timers: readonly TimerData[];
  /** Fields by the name of the class. */
  readonly beans: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

type Fields = { readonly [name: string]: PlainValue };

/**
 * Writes the application sessions of one application down, whole, and brings them back in another container of the same
 * application. JSR 289 §6.3, distributable applications
 */
export class SessionMover {
  readonly codec: ValueCodec;
  readonly #parts: SessionMoverParts;

  constructor(parts: SessionMoverParts) {
    this.#parts = parts;
    this.codec = new ValueCodec(parts.classes, {
      address: (text) => createAddress(text),
      uri: (text) => createUri(text),
      applicationSession: (id) => parts.registry.table.findById(id),
    });
  }

  /**
   * The session as plain data: with its SIP sessions, dialogs, persistent timers, attributes and beans.
   * @throws IllegalArgumentError `argument.content` naming what cannot be written
   */
  snapshot(session: ContainerSipApplicationSession): SessionSnapshot {
    const place = `application session ${session.id}`;
    const data = this.codec.encodeFields(
      Object.entries({
        session: this.#sessionData(session),
        timers: timersOf(session),
        bridges: this.#parts.bridges.snapshot(session),
      }),
      place,
    );
    const beans = this.#encodeBeans(session);
    return { format: snapshotFormat, applicationName: session.applicationName, data: { ...data, beans } };
  }

  /** Takes the session out of this container, in its queue. @throws IllegalStateError while a transaction is under way */
  passivate(session: ContainerSipApplicationSession): Promise<SessionSnapshot> {
    const { application } = this.#parts;
    return new Promise((resolve, reject) => {
      const work = (): void => {
        try {
          resolve(this.#leave(session));
        } catch (error) {
          // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- passed on as it came
          reject(error);
        }
      };
      session.queue.enqueue({ run: () => runInvocation(application, session, "sessionWillPassivate", work) });
    });
  }

  /** Brings a session back. @throws IllegalArgumentError when it is here already or its layout is not known */
  activate(snapshot: SessionSnapshot): ContainerSipApplicationSession {
    const { application, registry } = this.#parts;
    const plain = snapshot.data as {
      readonly session: Fields;
      readonly timers: PlainValue;
      readonly beans: Fields;
      readonly bridges?: PlainValue;
    };
    if (snapshot.format !== snapshotFormat || snapshot.applicationName !== application.name) {
      throw new IllegalArgumentError("argument.session", {
        detail: `a snapshot of format ${snapshot.format} of application "${snapshot.applicationName}"`,
      });
    }
    // The layout is that of `snapshot`: the format number was checked.
    const { id, key, creationTime } = plain.session as unknown as ApplicationSessionData;
    if (registry.table.findById(id) !== undefined) {
      throw new IllegalArgumentError("argument.session", { detail: `application session ${id} is here already` });
    }
    const session = new ContainerSipApplicationSession({
      id,
      application,
      key: typeof key === "string" ? key : undefined,
      creationTime,
      directory: registry,
    });
    registry.table.add(session);
    try {
      this.#fill(session, plain);
    } catch (error) {
      session.abandon();
      throw error;
    }
    this.#tell(session, "sessionDidActivate");
    return session;
  }

  /** Tells the listeners, and writes the session down as it is then. */
  prepareToLeave(session: ContainerSipApplicationSession): SessionSnapshot {
    this.#tell(session, "sessionWillPassivate");
    return this.snapshot(session);
  }

  /** Takes a session that lives elsewhere out of this container; its listeners hear nothing. */
  drop(session: ContainerSipApplicationSession): void {
    this.#parts.bridges.leave(session);
    for (const child of session.children.slice()) if (child instanceof ContainerSipSession) child.leave();
    session.abandon();
  }

  #leave(session: ContainerSipApplicationSession): SessionSnapshot {
    if (!session.isOpen) {
      throw new IllegalStateError("state.invalid-application-session", { detail: `${session.id} is invalid` });
    }
    if (session.children.some(({ ongoing }) => ongoing.length > 0)) {
      throw new IllegalStateError("state.transaction", {
        detail: `application session ${session.id} has transactions under way; move it once they are over`,
      });
    }
    const snapshot = this.prepareToLeave(session);
    this.drop(session);
    return snapshot;
  }

  #sessionData(session: ContainerSipApplicationSession): ApplicationSessionData {
    const sessions = session.children as readonly ContainerSipSession[];
    return {
      id: session.id,
      key: session.key,
      creationTime: session.creationTime,
      lastAccessedTime: session.lastAccessedTime,
      lifetime: session.expiry.lifetime,
      expirationTime: session.expirationTime,
      invalidateWhenReady: session.invalidateWhenReady,
      indexKeys: session.indexKeys,
      attributes: Object.fromEntries(session.attributeStore.entries()),
      sessions: sessions.map((each) => ({
        ...each.snapshot(),
        attributes: Object.fromEntries(each.attributeStore.entries()),
      })),
    };
  }

  /** The fields of the beans of the session, without what was injected into them. */
  #encodeBeans(session: ContainerSipApplicationSession): Fields {
    const beans = [...(session.existingBeans ?? [])].map(([component, bean]) => {
      const { name } = component as ServletClass;
      const injected = this.#parts.injector.injectedInto(component as object);
      const own = Object.entries(bean as object).filter(([, value]) => !injected.has(value));
      return [name, this.codec.encodeFields(own, name)] as const;
    });
    return Object.fromEntries(beans);
  }

  #fill(
    session: ContainerSipApplicationSession,
    plain: {
      readonly session: Fields;
      readonly timers: PlainValue;
      readonly beans: Fields;
      readonly bridges?: PlainValue;
    },
  ): void {
    // Sessions first: attributes may lead to them.
    const { sessions } = plain.session as { readonly sessions: readonly Fields[] };
    const restored = sessions.map((fields) => this.#restoreSession(session, fields));
    // The layout is that of `snapshot`: the format number was checked.
    const data = this.codec.decodeFields(plain.session) as unknown as ApplicationSessionData;
    restoreLinks(restored, data.sessions);
    restoreSignalling(restored, data.sessions);
    session.invalidateWhenReady = data.invalidateWhenReady;
    session.restoreTimes(data.lastAccessedTime, data.lifetime, data.expirationTime);
    for (const key of data.indexKeys) session.addIndexKey(key);
    session.attributeStore.restore(Object.entries(data.attributes));
    for (const [index, each] of restored.entries()) {
      each.attributeStore.restore(Object.entries(data.sessions[index]?.attributes ?? {}));
    }
    this.#restoreBeans(session, plain.beans);
    const bridges = this.codec.decode(plain.bridges ?? []) as readonly BridgeData[];
    this.#parts.bridges.restore(session, bridges, restored);
    for (const timer of this.codec.decode(plain.timers) as readonly TimerData[]) this.#restoreTimer(session, timer);
  }

  #restoreSession(applicationSession: ContainerSipApplicationSession, fields: Fields): ContainerSipSession {
    const { attributes: _later, ...others } = fields;
    // The layout is that of `snapshot`: the format number was checked.
    const data = this.codec.decodeFields(others) as unknown as ReturnType<ContainerSipSession["snapshot"]>;
    const session = new ContainerSipSession(data.id, this.#parts.registry.table, { ...data, applicationSession });
    session.restore(data);
    return session;
  }

  #restoreBeans(session: ContainerSipApplicationSession, beans: SnapshotData["beans"] | Fields): void {
    const { injector } = this.#parts;
    for (const [name, fields] of Object.entries(beans)) {
      const component = injector.scopedClass(name);
      if (component === undefined) continue;
      session.beans.set(
        component,
        Object.assign(injector.makeScoped(component), this.codec.decodeFields(fields as Fields)),
      );
    }
  }

  /** What was missed while the session was nowhere fires at once. */
  #restoreTimer(owner: ContainerSipApplicationSession, timer: TimerData): void {
    const { application } = this.#parts;
    const delay = timer.scheduledExecutionTime - application.clock.now();
    // The timer takes itself into its session.
    void new ContainerServletTimer({ ...timer, owner, host: application, delay, isPersistent: true });
  }

  #tell(session: ContainerSipApplicationSession, event: "sessionWillPassivate" | "sessionDidActivate"): void {
    const { listeners } = this.#parts.application;
    const { applicationSessionActivation, sessionActivation } = listeners.listeners;
    const applicationEvent = { kind: "SipApplicationSession", applicationSession: session } as const;
    void listeners.tell(session, applicationSessionActivation, event, (each) => each[event]?.(applicationEvent));
    for (const child of session.children) {
      const sessionEvent = { kind: "SipSession", session: child.facade } as const;
      void listeners.tell(session, sessionActivation, event, (each) => each[event]?.(sessionEvent));
    }
  }
}

/** Legs find each other again: all of an application session move together. */
function restoreLinks(sessions: readonly ContainerSipSession[], data: ApplicationSessionData["sessions"]): void {
  for (const [index, session] of sessions.entries()) {
    const id = data[index]?.linkedSessionId;
    session.linked = id === undefined ? undefined : sessions.find((each) => each.id === id);
  }
}

/** Session timers run again, subscriptions and families of forks are known. */
function restoreSignalling(sessions: readonly ContainerSipSession[], data: ApplicationSessionData["sessions"]): void {
  const find = (id: string): ContainerSipSession | undefined => sessions.find((each) => each.id === id);
  for (const [index, session] of sessions.entries()) {
    const signalling = data[index]?.signalling;
    if (signalling !== undefined) session.signalling.restore(signalling, find);
  }
}

function timersOf(session: ContainerSipApplicationSession): readonly TimerData[] {
  const timers = session.timers.flatMap((timer) => (timer instanceof ContainerServletTimer ? [timer] : []));
  const persistent = timers.filter(({ isPersistent }) => isPersistent);
  return persistent.map((timer) => ({
    id: timer.id,
    scheduledExecutionTime: timer.scheduledExecutionTime,
    period: timer.period,
    fixedDelay: timer.fixedDelay,
    info: timer.info,
  }));
}
