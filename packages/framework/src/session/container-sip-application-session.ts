import type { ConvergedHttpSession, SipSession } from "../api/object-model.js";
import type { SessionProtocol } from "../api/sip-application-session.js";
import type { Uri } from "../api/uri.js";
import { runInvocation } from "../concurrency/invocation-host.js";
import { directOutbox, Outbox } from "../concurrency/outbox.js";
import { SessionQueue } from "../concurrency/session-queue.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { requireHttpSessions, type ApplicationContext } from "./application-context.js";
import { applicationSessionObserver } from "./attribute-events.js";
import { Attributes } from "./attributes.js";
import type { ChildSession } from "./child-session.js";
import { requireText } from "../errors/require-text.js";
import { SessionExpiry } from "./session-expiry.js";
import { WorkingApplicationSession } from "./working-application-session.js";

/** Where an application session can be found, and who is told when it ends. */
export interface ApplicationSessionDirectory {
  /** It was invalidated: it leaves the tables. */
  remove(session: ContainerSipApplicationSession): void;
  addIndexKey(key: string, session: ContainerSipApplicationSession): void;
  removeIndexKey(key: string, session: ContainerSipApplicationSession): void;
  /** Makes a SIP URI lead to the session. */
  encodeUri(uri: Uri, session: ContainerSipApplicationSession): void;
}

/** How an application session begins. */
export interface ApplicationSessionParts {
  readonly id: string;
  readonly application: ApplicationContext;
  /** The application key it was found by (JSR 289 §15.11.2). */
  readonly key?: string;
  readonly directory: ApplicationSessionDirectory;
  /** Milliseconds since 1970; now unless it comes from elsewhere. */
  readonly creationTime?: number;
}

/**
 * An application session of this container (JSR 289 §6). Longer than usual: the interface has that many members, and what
 * can be told apart stands in files of its own (attributes, expiry, queue, outbox).
 */
export class ContainerSipApplicationSession extends WorkingApplicationSession {
  readonly id: string;
  readonly key: string | undefined;
  readonly application: ApplicationContext;
  readonly queue: SessionQueue;
  readonly outbox: Outbox;
  readonly #directory: ApplicationSessionDirectory;
  #attributes: Attributes | undefined;
  readonly #expiry: SessionExpiry;
  readonly #creationTime: number;
  #sessions: readonly ChildSession[] = [];
  #indexKeys: Set<string> | undefined;
  #beans: Map<unknown, unknown> | undefined;
  #life: "valid" | "ending" | "over" = "valid";
  #invalidateWhenReady: boolean;
  #lastAccessedTime: number;
  #hadChildren = false;
  #areBeansUsed = false;

  constructor(parts: ApplicationSessionParts) {
    super();
    const { application } = parts;
    this.id = parts.id;
    this.key = parts.key;
    this.application = application;
    this.#directory = parts.directory;
    this.#invalidateWhenReady = application.invalidateWhenReady;
    this.queue = new SessionQueue(application.isSerial);
    this.outbox = this.#createOutbox();
    this.#creationTime = parts.creationTime ?? application.clock.now();
    this.#lastAccessedTime = this.#creationTime;
    this.#expiry = new SessionExpiry(application.clock, application.sessionTimeout, this);
  }

  get applicationName(): string {
    return this.application.name;
  }

  get creationTime(): number {
    this.requireValid();
    return this.#creationTime;
  }

  get lastAccessedTime(): number {
    this.requireValid();
    return this.#lastAccessedTime;
  }

  get expirationTime(): number {
    this.requireValid();
    return this.#expiry.time;
  }

  get expiry(): SessionExpiry {
    return this.#expiry;
  }

  get isValid(): boolean {
    return this.#life !== "over";
  }

  /** Whether sessions, timers and tasks may be added: not any more once it is being invalidated. */
  get isOpen(): boolean {
    return this.#life === "valid";
  }

  get invalidateWhenReady(): boolean {
    this.requireValid();
    return this.#invalidateWhenReady;
  }

  set invalidateWhenReady(isWanted: boolean) {
    this.requireValid();
    this.#invalidateWhenReady = isWanted;
    this.noteChange();
  }

  /** Something of it, or of a session in it, changed: where sessions are stored it is written at the end of the turn. */
  noteChange(): void {
    if (this.application.commit !== undefined && this.#life === "valid") this.outbox.touch();
  }

  /** Beans of this session by their token. Who asks may change one: that is written too. */
  get beans(): Map<unknown, unknown> {
    this.#areBeansUsed = true;
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

  /** Its attributes, also while it ends. */
  get attributeStore(): Attributes {
    return (this.#attributes ??= new Attributes(applicationSessionObserver(this, this.application)));
  }

  get isReadyToInvalidate(): boolean {
    this.requireValid();
    return this.#isReady();
  }

  /** A message came or went, a timer fired: the time of expiry moves (JSR 289 §6.3). */
  touch(): void {
    this.#lastAccessedTime = this.application.clock.now();
    this.#expiry.touch(this.#lastAccessedTime);
    this.noteChange();
  }

  /** Takes a SIP session in. */
  adopt(session: ChildSession): void {
    this.requireOpen();
    this.#hadChildren = true;
    this.#sessions = [...this.#sessions, session];
  }

  /** A SIP session was invalidated. */
  release(session: ChildSession): void {
    this.#sessions = this.#sessions.filter((each) => each !== session);
    this.noteChange();
  }

  /** An HTTP session became its child: without children it is ready to go (JSR 289 §6.4). */
  joinHttp(): void {
    this.requireOpen();
    this.noteChild();
  }

  /** Called when an invocation ends: what is ready goes, unless somebody objects (JSR 289 §6.4). */
  settle(): void | PromiseLike<void> {
    if (this.#life === "over") return undefined;
    this.#noteBeans();
    for (let index = 0; index < this.#sessions.length;) {
      const session = this.#sessions[index];
      const pending = session?.settle();
      if (pending !== undefined) return pending.then(() => this.settle());
      if (this.#sessions[index] === session) index += 1;
    }
    if (!this.#goesNow()) return undefined;
    const pending = this.#tell("sessionReadyToInvalidate");
    if (pending !== undefined) return pending.then(() => this.#goIfNobodyObjects());
    return this.#goIfNobodyObjects();
  }

  setExpires(minutes: number): number {
    this.requireValid();
    this.noteChange();
    return this.#expiry.set(minutes);
  }

  invalidate(): void {
    this.requireValid();
    if (this.#life === "ending") return;
    this.#life = "ending";
    this.#expiry.stop();
    for (const session of this.#sessions) if (session.isValid) session.invalidate();
    this.endWork();
    void this.#tell("sessionDestroyed");
    this.#attributes?.clear();
    this.#life = "over";
    this.#directory.remove(this);
    this.application.httpSessions?.detach(this.id);
    if (this.#beans !== undefined) this.application.destroyBeans(this.#beans);
  }

  getSessions(): readonly (SipSession | ConvergedHttpSession)[];
  getSessions(protocol: "SIP"): readonly SipSession[];
  getSessions(protocol: "HTTP"): readonly ConvergedHttpSession[];
  getSessions(...parameters: readonly SessionProtocol[]): readonly (SipSession | ConvergedHttpSession)[] {
    this.requireValid();
    const protocol = parameters.length === 0 ? undefined : requireText(parameters[0], "protocol").toUpperCase();
    const sip = this.#sessions.filter((session) => session.isValid).map((session) => session.facade);
    if (protocol === "SIP") return sip;
    const http = this.application.httpSessions?.getSessions(this.id) ?? [];
    if (protocol === "HTTP") return http;
    return protocol === undefined ? [...sip, ...http] : [];
  }

  getSipSession(id: string): SipSession | undefined {
    this.requireValid();
    requireText(id, "id");
    return this.#sessions.find((session) => session.isValid && session.id === id)?.facade;
  }

  getSession(id: string, protocol: "SIP"): SipSession | undefined;
  getSession(id: string, protocol: "HTTP"): ConvergedHttpSession | undefined;
  getSession(id: string, protocol: SessionProtocol): SipSession | ConvergedHttpSession | undefined {
    const session = this.getSipSession(id);
    const kind = requireText(protocol, "protocol").toUpperCase();
    if (kind === "SIP") return session;
    return kind === "HTTP" ? this.getSessions("HTTP").find((each) => each.id === id) : undefined;
  }

  encodeUri(uri: Uri): void {
    this.requireValid();
    this.#directory.encodeUri(uri, this);
  }

  encodeUrl(url: URL | string): URL {
    this.requireValid();
    return requireHttpSessions(this.application).encodeUrl(this, url);
  }

  addIndexKey(key: string): void {
    this.requireValid();
    requireText(key, "key");
    this.#indexKeys ??= new Set();
    if (this.#indexKeys.has(key)) return;
    this.#indexKeys.add(key);
    this.#directory.addIndexKey(key, this);
    this.noteChange();
  }

  removeIndexKey(key: string): void {
    this.requireValid();
    requireText(key, "key");
    if (this.#indexKeys?.delete(key) !== true) return;
    this.#directory.removeIndexKey(key, this);
    this.noteChange();
  }

  get indexKeys(): readonly string[] {
    this.requireValid();
    return this.ownIndexKeys;
  }

  /** Its index keys, also while it ends. */
  get ownIndexKeys(): readonly string[] {
    return this.#indexKeys === undefined ? [] : [...this.#indexKeys];
  }

  /** Times another container wrote down. */
  restoreTimes(lastAccessedTime: number, lifetime: number, expirationTime: number): void {
    this.#lastAccessedTime = lastAccessedTime;
    this.#expiry.restore(lifetime, expirationTime);
  }

  /** It lives on in another container: nothing of it stays here, and nobody is told that it ended. */
  abandon(): void {
    this.#expiry.stop();
    this.endWork();
    this.#life = "over";
    this.#directory.remove(this);
  }

  #tell(event: "sessionDestroyed" | "sessionExpired" | "sessionReadyToInvalidate"): Promise<void> | undefined {
    const { listeners } = this.application;
    const details = { kind: "SipApplicationSession", applicationSession: this } as const;
    return listeners.tell(this, listeners.listeners.applicationSession, event, (each) => each[event]?.(details));
  }

  #noteBeans(): void {
    if (this.#areBeansUsed) this.noteChange();
    this.#areBeansUsed = false;
  }

  /** With a store a transaction may end after its handler: what got ready by that goes then. */
  #createOutbox(): Outbox {
    const { application } = this;
    if (application.commit === undefined) return directOutbox;
    const settle = (): void | PromiseLike<void> => runInvocation(application, this, "commit", () => undefined);
    return new Outbox(
      () => application.commit?.(this.id),
      () => this.queue.enqueue({ run: settle }),
    );
  }

  /** Ready: every session is, and nothing else of it is under way. One that never had a child lives until it expires. */
  #isReady(): boolean {
    if (!this.#hadChildren || !this.isIdle) return false;
    if (!this.#sessions.every((session) => !session.isValid || session.isReadyToInvalidate)) return false;
    const { httpSessions } = this.application;
    return httpSessions === undefined || httpSessions.getSessions(this.id).length === 0;
  }

  #goesNow(): boolean {
    return this.#life === "valid" && this.#invalidateWhenReady && this.#isReady();
  }

  #goIfNobodyObjects(): void {
    if (this.#goesNow()) this.invalidate();
  }

  /** Its time has come. */
  onExpired(): void {
    this.queue.enqueue({
      run: () => runInvocation(this.application, this, "sessionExpired", () => this.#expire()),
    });
  }

  /** Only `setExpires` inside `sessionExpired` prolongs the life (JSR 289 §6.3). */
  #expire(): Promise<void> | void {
    if (this.#life !== "valid") return undefined;
    if (!this.#expiry.isDue) return this.#expiry.rearm();
    this.#expiry.begin();
    const pending = this.#tell("sessionExpired");
    return pending === undefined ? this.#endExpiry() : pending.then(() => this.#endExpiry());
  }

  #endExpiry(): void {
    if (this.#life !== "valid" || !this.#expiry.end()) return;
    this.#warnOfCalls();
    this.invalidate();
  }

  /** Nobody ends the dialogs of a session that expires: that is seldom meant. */
  #warnOfCalls(): void {
    const calls = this.#sessions.filter(({ isValid, facade }) => isValid && facade.state === "CONFIRMED").length;
    if (calls === 0) return;
    this.application.log.warn(
      { applicationSession: this.id, calls },
      "an application session expired although dialogs of it stand; a longer sessionTimeout, or setExpires in sessionExpired, keeps them",
    );
  }

  protected noteChild(): void {
    this.#hadChildren = true;
  }

  protected requireValid(): void {
    if (this.#life !== "over") return;
    throw new IllegalStateError("state.invalid-application-session", {
      detail: `${this.id} of application "${this.applicationName}" was invalidated or has expired`,
    });
  }

  protected requireOpen(): void {
    this.requireValid();
    if (this.#life === "valid") return;
    throw new IllegalStateError("state.invalid-application-session", {
      detail: `${this.id} is just being invalidated`,
    });
  }
}
