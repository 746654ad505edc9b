import { detachedText, Dialog, dialogId } from "@siplet/core";
import type { Address } from "../api/address.js";
import type { SipServletRequest } from "../api/object-model.js";
import type { SipSessionState } from "../api/sip-session.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { ServletError } from "../errors/servlet-error.js";
import type { ApplicationContext } from "./application-context.js";
import { sessionObserver } from "./attribute-events.js";
import { Attributes } from "./attributes.js";
import type { ChildSession } from "./child-session.js";
import type { ContainerSipApplicationSession } from "./container-sip-application-session.js";
import { DelegatingSipSession } from "./delegating-sip-session.js";
import { endObservedTransaction, observeTransaction } from "./observed-transactions.js";
import { abandonAll, type Ongoing } from "./ongoing.js";
import { requireRequest } from "./require-request.js";
import type { SessionRole, SipSessionData } from "./session-data.js";
import { dropLink, linkedSession } from "./session-link.js";
import type { SessionSignalling } from "./session-signalling.js";

/** Where a session can be found by its dialog. */
export interface DialogDirectory {
  addDialog(dialogId: string, session: ContainerSipSession): void;
  removeDialog(dialogId: string, session: ContainerSipSession): void;
  /** What tells a session in our addresses. */
  createKey(sessionId: string): string;
}

/** How a SIP session begins. */
export interface SipSessionParts {
  readonly applicationSession: ContainerSipApplicationSession;
  readonly role: SessionRole | undefined;
  readonly callId: string;
  readonly localTag: string;
  /** From value of requests sent here, To value of requests received, with or without tag. */
  readonly local: string;
  readonly remote: string;
  /** Name of the servlet that gets the messages. */
  readonly handler: string;
  /** The key of the session it is derived from, or of the session that moved here. */
  readonly key?: string | undefined;
  /** Milliseconds since 1970; now unless it comes from elsewhere. */
  readonly creationTime?: number;
  /** Attributes of the session it is derived from. */
  readonly attributes?: readonly (readonly [name: string, value: unknown])[];
  /** The other leg of the session it is derived from. */
  readonly linked?: ContainerSipSession | undefined;
  readonly taker?: DelegatingSipSession["taker"];
}

/**
 * A SIP session of this container (JSR 289 §6). Longer than usual: the interface has that many members, and what only hands
 * on stands in `DelegatingSipSession`.
 */
export class ContainerSipSession extends DelegatingSipSession implements ChildSession {
  readonly id: string;
  readonly applicationSession: ContainerSipApplicationSession;
  readonly localTag: string;
  readonly #creationTime: number;
  role: SessionRole | undefined;
  #invalidateWhenReady: boolean;
  /** Number of the last request sent outside a dialog. */
  lastSequenceNumber = 0;
  /** Request-URI of the last request sent outside a dialog: a retry goes there again. */
  lastRequestUri: string | undefined;
  /** Whether an INVITE made the dialog, or lives in it beside subscriptions (RFC 5057). */
  hasInviteUsage = false;
  /** The other leg of a back-to-back user agent; see `session-link.ts`. */
  linked: ContainerSipSession | undefined;
  #signalling: SessionSignalling | undefined;
  readonly #dialogs: DialogDirectory;
  #attributes: Attributes | undefined;
  #callId: string;
  readonly #local: string;
  readonly #remote: string;
  #key: string | undefined;
  #handler: string;
  #state: SipSessionState = "INITIAL";
  #dialog: Dialog | undefined;
  /** The dialogs it is found by: one, or for a proxy one for each fork. */
  #dialogIds: readonly string[] = [];
  #ongoing: readonly Ongoing[] = [];
  #wasUsed = false;
  #life: "valid" | "ending" | "over" = "valid";
  #lastAccessedTime: number;

  constructor(id: string, dialogs: DialogDirectory, parts: SipSessionParts) {
    super();
    this.id = id;
    this.applicationSession = parts.applicationSession;
    this.#callId = detachedText(parts.callId);
    this.localTag = parts.localTag;
    this.role = parts.role;
    this.#dialogs = dialogs;
    this.#local = detachedText(parts.local);
    this.#remote = detachedText(parts.remote);
    this.#handler = parts.handler;
    this.linked = parts.linked;
    this.#key = parts.key;
    this.taker = parts.taker;
    this.#creationTime = parts.creationTime ?? this.application.clock.now();
    this.#lastAccessedTime = this.#creationTime;
    this.#invalidateWhenReady = this.application.invalidateWhenReady;
    parts.applicationSession.adopt(this);
    for (const [name, value] of parts.attributes ?? []) this.attributeStore.set(name, value);
    this.application.observers.onSessionCreated(this);
  }

  get application(): ApplicationContext {
    return this.applicationSession.application;
  }

  get callId(): string {
    return this.#callId;
  }

  /**
   * What our Contact and Record-Route tell of it, signed. Sessions of further dialogs of the same request share it: they
   * were made after the address had left.
   */
  get key(): string {
    return (this.#key ??= this.#dialogs.createKey(this.id));
  }

  get handler(): string {
    return this.#handler;
  }

  get localParty(): Address {
    this.requireValid();
    return this.application.messages.createSystemAddress(this.#dialog?.local ?? this.#local);
  }

  get remoteParty(): Address {
    this.requireValid();
    return this.application.messages.createSystemAddress(this.#dialog?.remote ?? this.#remote);
  }

  get state(): SipSessionState {
    this.requireValid();
    return this.#state;
  }

  get creationTime(): number {
    this.requireValid();
    return this.#creationTime;
  }

  get lastAccessedTime(): number {
    this.requireValid();
    return this.#lastAccessedTime;
  }

  get isValid(): boolean {
    return this.#life !== "over";
  }

  get invalidateWhenReady(): boolean {
    this.requireValid();
    return this.#invalidateWhenReady;
  }

  set invalidateWhenReady(isWanted: boolean) {
    this.requireValid();
    this.#invalidateWhenReady = isWanted;
    this.applicationSession.noteChange();
  }

  /** The state, also of an invalid session: for the container, which finishes its transactions. */
  get dialogState(): SipSessionState {
    return this.#state;
  }

  /** Its attributes, also while it ends. */
  get attributeStore(): Attributes {
    return (this.#attributes ??= new Attributes(sessionObserver(this, this.applicationSession, this.application)));
  }

  /** From and To values of the first request, for those that follow it outside a dialog. */
  get parties(): { readonly local: string; readonly remote: string } {
    return { local: this.#local, remote: this.#remote };
  }

  get dialog(): Dialog | undefined {
    return this.#dialog;
  }

  /** Ready: over, no longer on the path, or back at the start with nothing going on (JSR 289 §6.2.4.2). */
  get isReadyToInvalidate(): boolean {
    this.requireValid();
    return this.#isReady();
  }

  /** A message was received; one that is sent counts for the application session alone (JSR 289 §6.2.1). */
  touch(): void {
    this.#lastAccessedTime = this.application.clock.now();
    this.applicationSession.touch();
  }

  /** The dialog of this session exists from now on. */
  enterDialog(dialog: Dialog): void {
    this.#dialog = dialog;
    this.#callId = dialog.callId; // the same text, kept once
    this.findBy(dialog.callId, dialog.localTag, dialog.remoteTag);
  }

  /** Makes the session findable by the dialog it takes part in, as one of its ends or as a proxy. */
  findBy(callId: string, localTag: string, remoteTag: string): void {
    const id = dialogId(callId, localTag, remoteTag);
    if (this.#dialogIds.includes(id)) return;
    this.#dialogIds = [...this.#dialogIds, id];
    this.#dialogs.addDialog(id, this);
  }

  /** The dialog never came to be, or its INVITE failed: the next request starts anew, with a higher number. */
  leaveDialog(): void {
    this.lastSequenceNumber = Math.max(this.lastSequenceNumber, this.#dialog?.localSequenceNumber ?? 0);
    this.#dialog = undefined;
    for (const id of this.#dialogIds) this.#dialogs.removeDialog(id, this);
    this.#dialogIds = [];
  }

  /** What its messages know about it, made at the first call. */
  get signalling(): SessionSignalling {
    return (this.#signalling ??= this.application.messages.createSignalling(this));
  }

  /** See `signalling`; undefined while there is nothing to know. */
  get existingSignalling(): SessionSignalling | undefined {
    return this.#signalling;
  }

  /** It was challenged: the application will try again, perhaps later, so it is not ready to go. */
  expectRetry(): void {
    this.#wasUsed = false;
  }

  moveTo(state: SipSessionState): void {
    this.#state = state;
    this.applicationSession.noteChange();
    if (state === "TERMINATED") this.#dialog?.terminate();
    this.application.observers.onSessionState(this);
  }

  /** A transaction began; until it ends the session is not ready to go. */
  begin(transaction: Ongoing): void {
    this.#ongoing = [...this.#ongoing, transaction];
    this.#wasUsed = true;
    const { observers } = this.application;
    if (!observers.isEmpty) observeTransaction(observers, transaction, this.facade);
  }

  end(transaction: Ongoing): void {
    if (!this.#ongoing.includes(transaction)) return;
    this.#ongoing = this.#ongoing.filter((each) => each !== transaction);
    if (!this.application.observers.isEmpty) endObservedTransaction(transaction);
  }

  /** The transactions that are not over. */
  get ongoing(): readonly Ongoing[] {
    return this.#ongoing;
  }

  /** Called when an invocation ends: what is ready goes, unless somebody objects. */
  settle(): void | PromiseLike<void> {
    if (!this.#goesNow()) return undefined;
    const { listeners } = this.application;
    const event = { kind: "SipSession", session: this } as const;
    const pending = listeners.tell(
      this.applicationSession,
      listeners.listeners.session,
      "sessionReadyToInvalidate",
      (each) => each.sessionReadyToInvalidate?.(event),
    );
    if (pending !== undefined) return pending.then(() => this.#goIfNobodyObjects());
    return this.#goIfNobodyObjects();
  }

  invalidate(): void {
    this.requireValid();
    if (this.#life === "ending") return;
    this.#life = "ending";
    const { listeners, observers } = this.application;
    observers.onSessionDestroyed(this);
    const event = { kind: "SipSession", session: this } as const;
    void listeners.tell(this.applicationSession, listeners.listeners.session, "sessionDestroyed", (each) =>
      each.sessionDestroyed?.(event),
    );
    this.#attributes?.clear();
    this.leave();
    abandonAll(this.#ongoing, this.applicationSession.queue);
    this.taker?.onSessionEnded(this);
  }

  /** Takes it out of the tables; nobody is told. */
  leave(): void {
    this.#life = "over";
    this.#signalling?.close();
    dropLink<ContainerSipSession>(this);
    for (const id of this.#dialogIds) this.#dialogs.removeDialog(id, this);
    this.applicationSession.release(this);
  }

  get dialogIds(): readonly string[] {
    return this.#dialogIds;
  }

  /** Everything of it that outlives a message, without its attributes. */
  snapshot(): SipSessionData {
    return {
      id: this.id,
      key: this.key,
      role: this.role,
      service: this.service,
      callId: this.#callId,
      localTag: this.localTag,
      local: this.#local,
      remote: this.#remote,
      handler: this.#handler,
      state: this.#state,
      wasUsed: this.#wasUsed,
      invalidateWhenReady: this.#invalidateWhenReady,
      creationTime: this.#creationTime,
      lastAccessedTime: this.#lastAccessedTime,
      lastSequenceNumber: this.lastSequenceNumber,
      dialog: this.#dialog?.snapshot(),
      dialogIds: [...this.#dialogIds],
      lastRequestUri: this.lastRequestUri,
      hasInviteUsage: this.hasInviteUsage,
      isOffPath: this.isOffPath,
      signalling: this.#signalling?.snapshot(),
      caller: this.caller,
      linkedSessionId: linkedSession<ContainerSipSession>(this)?.id,
      isSupervised: this.isSupervised,
      proxied: this.proxied,
    };
  }

  /** Takes over what another container wrote down. */
  restore(data: SipSessionData): void {
    this.#state = data.state;
    this.service = data.service;
    this.#wasUsed = data.wasUsed;
    this.#invalidateWhenReady = data.invalidateWhenReady;
    this.#lastAccessedTime = data.lastAccessedTime;
    this.lastSequenceNumber = data.lastSequenceNumber;
    if (data.dialog !== undefined) this.#dialog = Dialog.restore(data.dialog);
    this.lastRequestUri = data.lastRequestUri;
    this.hasInviteUsage = data.hasInviteUsage;
    this.isOffPath = data.isOffPath;
    this.isSupervised = data.isSupervised ?? true;
    this.proxied = data.proxied;
    this.caller = data.caller;
    this.#dialogIds = [...this.#dialogIds, ...data.dialogIds];
    for (const id of data.dialogIds) this.#dialogs.addDialog(id, this);
  }

  setHandler(servletName: string): void {
    this.requireValid();
    if (!this.application.hasServlet(servletName)) {
      throw new ServletError("servlet.unknown", {
        detail: `"${servletName}" in application "${this.application.name}"`,
      });
    }
    this.#handler = servletName;
    this.applicationSession.noteChange();
  }

  createRequest(method: string): SipServletRequest {
    this.requireValid();
    requireRequest(this, method);
    return this.application.messages.createRequest(this, method);
  }

  #isReady(): boolean {
    if (this.#ongoing.length > 0 || this.heldMessages > 0) return false;
    if (this.#state === "TERMINATED") return true;
    if (this.#state === "CONFIRMED") return this.isOffPath;
    return this.#state === "INITIAL" && this.#wasUsed;
  }

  #goesNow(): boolean {
    return this.#life === "valid" && this.#invalidateWhenReady && this.#isReady();
  }

  #goIfNobodyObjects(): void {
    if (this.#goesNow()) this.invalidate();
  }

  protected requireValid(): void {
    if (this.#life !== "over") return;
    throw new IllegalStateError("state.invalid-session", { detail: `${this.id} was invalidated` });
  }
}
