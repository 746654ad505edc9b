import type { TimerHandle } from "@siplet/core";
import {
  SipApplicationSession,
  type ConvergedHttpSession,
  type ServletTimer,
  type SipSession,
} from "../api/object-model.js";
import type { SessionProtocol } from "../api/sip-application-session.js";
import type { TaskFuture } from "../api/task-future.js";
import type { Uri } from "../api/uri.js";
import { Outbox } from "../concurrency/outbox.js";
import { SessionQueue } from "../concurrency/session-queue.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { UnsupportedOperationError } from "../errors/unsupported-operation-error.js";
import type { ApplicationContext } from "./application-context.js";
import { applicationSessionObserver } from "./attribute-events.js";
import { Attributes } from "./attributes.js";
import type { ChildSession } from "./child-session.js";

const minute = 60_000;
/** What `setExpires` grants for "never" (JSR 289 §6.3). */
const never = 2_147_483_647;

/** How an application session begins. */
export interface ApplicationSessionParts {
  readonly id: string;
  readonly application: ApplicationContext;
  /** The application key it was found by (JSR 289 §15.11.2). */
  readonly key?: string;
  /** Takes it out of the tables. */
  readonly onInvalidated: (session: ContainerSipApplicationSession) => void;
}

/** An application session of this container (JSR 289 §6). */
export class ContainerSipApplicationSession extends SipApplicationSession {
  readonly id: string;
  readonly key: string | undefined;
  readonly application: ApplicationContext;
  readonly creationTime: number;
  readonly queue = new SessionQueue();
  readonly outbox: Outbox;
  invalidateWhenReady = true;
  readonly #onInvalidated: (session: ContainerSipApplicationSession) => void;
  readonly #attributes: Attributes;
  readonly #sessions: ChildSession[] = [];
  #beans: Map<unknown, unknown> | undefined;
  #isValid = true;
  #lastAccessedTime: number;
  #lifetime: number;
  #expirationTime: number;
  #hadChildren = false;
  #expiry: TimerHandle | undefined;
  #isExpiring = false;

  static readonly #onExpiry = (self: ContainerSipApplicationSession): void => self.#checkExpiry();

  constructor(parts: ApplicationSessionParts) {
    super();
    const { application } = parts;
    this.id = parts.id;
    this.key = parts.key;
    this.application = application;
    this.#onInvalidated = parts.onInvalidated;
    this.#attributes = new Attributes(applicationSessionObserver(this, application.listeners));
    this.outbox = new Outbox(application.commit === undefined ? undefined : () => application.commit?.(this.id));
    this.creationTime = application.clock.now();
    this.#lastAccessedTime = this.creationTime;
    this.#lifetime = application.sessionTimeout > 0 ? application.sessionTimeout * minute : 0;
    this.#expirationTime = this.#lifetime === 0 ? 0 : this.creationTime + this.#lifetime;
    if (this.#lifetime > 0) this.#arm(this.#lifetime);
  }

  get applicationName(): string {
    return this.application.name;
  }

  get lastAccessedTime(): number {
    return this.#lastAccessedTime;
  }

  get expirationTime(): number {
    this.#requireValid();
    return this.#expirationTime;
  }

  get isValid(): boolean {
    return this.#isValid;
  }

  /** Beans of this session by their token. */
  get beans(): Map<unknown, unknown> {
    return (this.#beans ??= new Map());
  }

  /** Beans made so far. */
  get existingBeans(): ReadonlyMap<unknown, unknown> | undefined {
    return this.#beans;
  }

  /** The SIP sessions in it. */
  get children(): readonly ChildSession[] {
    return this.#sessions;
  }

  get isReadyToInvalidate(): boolean {
    this.#requireValid();
    return this.#hadChildren && this.#sessions.every((session) => !session.isValid || session.isReadyToInvalidate);
  }

  /** A message came or went: the time of expiry moves (JSR 289 §6.3). The running timer finds that out by itself. */
  touch(): void {
    this.#lastAccessedTime = this.application.clock.now();
    if (this.#lifetime > 0 && !this.#isExpiring) this.#expirationTime = this.#lastAccessedTime + this.#lifetime;
  }

  /** Takes a SIP session in. */
  adopt(session: ChildSession): void {
    this.#hadChildren = true;
    this.#sessions.push(session);
  }

  /** A SIP session was invalidated. */
  release(session: ChildSession): void {
    const index = this.#sessions.indexOf(session);
    if (index >= 0) this.#sessions.splice(index, 1);
  }

  /** Called when an invocation ends: what is ready goes, unless somebody objects (JSR 289 §6.4). */
  settle(): void {
    if (!this.#isValid || !this.invalidateWhenReady || !this.isReadyToInvalidate) return;
    const { listeners } = this.application;
    const event = { kind: "SipApplicationSession", applicationSession: this } as const;
    listeners.tell(listeners.listeners.applicationSession, "sessionReadyToInvalidate", (each) =>
      each.sessionReadyToInvalidate?.(event),
    );
    if (this.#isValid && this.invalidateWhenReady) this.invalidate();
  }

  setExpires(minutes: number): number {
    this.#requireValid();
    this.#lifetime = minutes > 0 ? minutes * minute : 0;
    this.#expirationTime = this.#lifetime === 0 ? 0 : this.application.clock.now() + this.#lifetime;
    this.#disarm();
    if (this.#lifetime > 0) this.#arm(this.#lifetime);
    return minutes > 0 ? minutes : never;
  }

  invalidate(): void {
    this.#requireValid();
    this.#disarm();
    for (const session of [...this.#sessions]) if (session.isValid) session.invalidate();
    const { listeners } = this.application;
    const event = { kind: "SipApplicationSession", applicationSession: this } as const;
    listeners.tell(listeners.listeners.applicationSession, "sessionDestroyed", (each) =>
      each.sessionDestroyed?.(event),
    );
    this.#attributes.clear();
    this.#isValid = false;
    this.#onInvalidated(this);
  }

  getSessions(): readonly (SipSession | ConvergedHttpSession)[];
  getSessions(protocol: "SIP"): readonly SipSession[];
  getSessions(protocol: "HTTP"): readonly ConvergedHttpSession[];
  getSessions(protocol?: SessionProtocol): readonly (SipSession | ConvergedHttpSession)[] {
    this.#requireValid();
    if (protocol === "HTTP") return [];
    return this.#sessions.filter((session) => session.isValid).map((session) => session.facade);
  }

  getSipSession(id: string): SipSession | undefined {
    return this.getSessions("SIP").find((session) => session.id === id);
  }

  getSession(id: string, protocol: "SIP"): SipSession | undefined;
  getSession(id: string, protocol: "HTTP"): ConvergedHttpSession | undefined;
  getSession(id: string, protocol: SessionProtocol): SipSession | ConvergedHttpSession | undefined {
    return protocol === "SIP" ? this.getSipSession(id) : undefined;
  }

  get timers(): readonly ServletTimer[] {
    this.#requireValid();
    return [];
  }

  getTimer(_id: string): ServletTimer | undefined {
    this.#requireValid();
    return undefined;
  }

  encodeUri(_uri: Uri): void {
    throw new UnsupportedOperationError("unsupported.operation", { detail: "encodeUri" });
  }

  encodeUrl(_url: URL | string): URL {
    throw new UnsupportedOperationError("unsupported.operation", { detail: "encodeUrl needs the HTTP bridge" });
  }

  addIndexKey(_key: string): void {
    throw new UnsupportedOperationError("unsupported.operation", { detail: "addIndexKey" });
  }

  removeIndexKey(_key: string): void {
    throw new UnsupportedOperationError("unsupported.operation", { detail: "removeIndexKey" });
  }

  get indexKeys(): readonly string[] {
    return [];
  }

  getTaskFuture(_id: string): TaskFuture | undefined {
    return undefined;
  }

  get taskFutures(): readonly TaskFuture[] {
    return [];
  }

  getAttribute(name: string): unknown {
    this.#requireValid();
    return this.#attributes.get(name);
  }

  getAttributeNames(): readonly string[] {
    this.#requireValid();
    return this.#attributes.names();
  }

  setAttribute(name: string, value: unknown): void {
    this.#requireValid();
    this.#attributes.set(name, value);
  }

  removeAttribute(name: string): void {
    this.#requireValid();
    this.#attributes.remove(name);
  }

  clearAttributes(): void {
    this.#requireValid();
    this.#attributes.clear();
  }

  #requireValid(): void {
    if (this.#isValid) return;
    throw new IllegalStateError("state.invalid-application-session", {
      detail: `${this.id} of application "${this.applicationName}" was invalidated or has expired`,
    });
  }

  #arm(delay: number): void {
    this.#expiry = this.application.clock.setTimeout(ContainerSipApplicationSession.#onExpiry, delay, this);
  }

  #disarm(): void {
    if (this.#expiry !== undefined) this.application.clock.clearTimeout(this.#expiry);
    this.#expiry = undefined;
  }

  #checkExpiry(): void {
    this.#expiry = undefined;
    if (!this.#isValid || this.#lifetime === 0) return;
    const left = this.#expirationTime - this.application.clock.now();
    if (left > 0) this.#arm(left);
    else this.queue.enqueue({ run: () => this.#expire() });
  }

  /** Only `setExpires` inside `sessionExpired` prolongs the life (JSR 289 §6.3). */
  #expire(): void {
    if (!this.#isValid) return;
    this.#isExpiring = true;
    const { listeners } = this.application;
    const event = { kind: "SipApplicationSession", applicationSession: this } as const;
    listeners.tell(listeners.listeners.applicationSession, "sessionExpired", (each) => each.sessionExpired?.(event));
    this.#isExpiring = false;
    const left = this.#expirationTime - this.application.clock.now();
    if (this.#isValid && this.#lifetime > 0 && left <= 0) this.invalidate();
  }
}
