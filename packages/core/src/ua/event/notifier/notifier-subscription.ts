import type { DigestClientSession } from "../../../auth/client/digest-client-session.js";
import { Dialog } from "../../../dialog/dialog.js";
import type { DialogSnapshot } from "../../../dialog/dialog-snapshot.js";
import { headerDefinition } from "../../../headers/header-table.js";
import type { EventPackage } from "../../../headers/event-package.js";
import { silentLogger } from "../../../log/logger.js";
import type { RequestBuilder } from "../../../message/request-builder.js";
import type { SipRequest } from "../../../message/sip-request.js";
import { StateMachine } from "../../../transaction/state-machine.js";
import type { SendRequestOptions } from "../../../transaction/sent-request.js";
import type { Connection } from "../../../transport/transport.js";
import { ClientExchange, type ExchangeOutcome } from "../../exchange/client-exchange.js";
import { localContact } from "../../exchange/local-contact.js";
import { RestartableTimer } from "../../exchange/restartable-timer.js";
import { endsSubscription } from "../subscription-status.js";
import type { EventParts } from "../subscriber/subscription-options.js";
import type {
  EventPackageSupport,
  EventState,
  TerminationReason,
  WatchedSubscription,
} from "./event-package-support.js";
import { notifierTable, type NotifierAction, type NotifierEvent, type NotifierState } from "./notifier-table.js";

/** A notifier's subscription as plain data. */
export interface NotifierSubscriptionSnapshot {
  readonly version: 1;
  readonly state: NotifierState;
  readonly dialog: DialogSnapshot;
  /** Event of the SUBSCRIBE. */
  readonly event: string;
  /** Resource that is watched. */
  readonly resource: string;
  /** Who watches. */
  readonly subscriber: string;
  readonly accept: readonly string[];
  /** When it ends, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What a notifier's subscription stands on. */
export interface NotifierSubscriptionParts extends EventParts {
  readonly support: EventPackageSupport;
  /** Our Contact; made of the connection when left out. */
  readonly contact?: string | undefined;
  readonly send?: SendRequestOptions | undefined;
  /** Told when it is over. */
  readonly onOver: (subscription: NotifierSubscription) => void;
}

interface Subject {
  readonly reason?: TerminationReason | undefined;
  readonly retryAfter?: number | undefined;
}

/**
 * A subscription as the notifier sees it: tells the state at once, at each refresh and each change, one NOTIFY at a time, and
 * ends at its expiry. RFC 6665 §4.2
 */
export class NotifierSubscription
  extends StateMachine<NotifierState, NotifierEvent, NotifierAction, Subject>
  implements WatchedSubscription
{
  readonly event: EventPackage;
  readonly #parts: NotifierSubscriptionParts;
  readonly #snapshot: NotifierSubscriptionSnapshot;
  readonly #dialog: Dialog;
  readonly #digest: DigestClientSession | undefined;
  #expiresAt: number;
  #end: Subject | undefined;
  #hasToNotify = false;
  /** Whether the subscriber may see the state. */
  #isGranted: boolean;
  #exchange: ClientExchange | undefined;
  readonly #expiryTimer: RestartableTimer;

  /** For `Notifier`, which makes and restores them. */
  constructor(parts: NotifierSubscriptionParts, snapshot: NotifierSubscriptionSnapshot) {
    super(notifierTable, snapshot.state);
    this.#parts = parts;
    this.#snapshot = snapshot;
    this.event = headerDefinition("event").parseValue(snapshot.event);
    this.#dialog = Dialog.restore(snapshot.dialog);
    this.#digest = parts.digest?.createSession();
    this.#expiryTimer = new RestartableTimer(parts.clock, () => this.#expire());
    this.#expiresAt = snapshot.expiresAt;
    this.#isGranted = snapshot.state === "active";
    if (snapshot.state === "active" || snapshot.state === "pending") this.#arm();
  }

  /** Names the dialog. */
  get dialogId(): string {
    return this.#dialog.id;
  }

  /** URI of the resource that is watched. */
  get resource(): string {
    return this.#snapshot.resource;
  }

  /** From of the SUBSCRIBE, without its tag. */
  get subscriber(): string {
    return this.#snapshot.subscriber;
  }

  /** Types the subscriber takes; those of the package when it named none. */
  get accept(): readonly string[] {
    return this.#snapshot.accept;
  }

  /** Seconds left. */
  get secondsLeft(): number {
    return Math.max(0, Math.ceil((this.#expiresAt - this.#parts.clock.now()) / 1000));
  }

  /** Tells the state once more: it changed. What changes while a NOTIFY is under way goes out together behind it. */
  notify(): void {
    this.handle("changed");
  }

  /** Policy says yes: pending becomes active. */
  grant(): void {
    this.#isGranted = true;
    this.handle("granted");
  }

  /** Ends it with a last NOTIFY. `retryAfter` in seconds, for `probation` and `giveup`. */
  terminate(reason: TerminationReason, retryAfter?: number): void {
    this.handle("ended", { reason, retryAfter });
  }

  /** Begins, right behind the 200 to the SUBSCRIBE. */
  start(decision: "active" | "pending"): void {
    this.#isGranted = decision === "active";
    if (this.#snapshot.expiresAt <= this.#parts.clock.now()) return this.terminate("timeout");
    this.#arm();
    this.handle(decision === "active" ? "granted" : "asked");
  }

  /** Takes a SUBSCRIBE inside the dialog; the status to refuse it with, if any. */
  admit(request: SipRequest): number | undefined {
    return this.#dialog.receiveRequest(request)?.statusCode;
  }

  /** Goes on after a SUBSCRIBE inside the dialog was answered with 200; 0 seconds end it. */
  refreshed(request: SipRequest, seconds: number): void {
    this.#dialog.refreshTarget(request);
    this.#expiresAt = this.#parts.clock.now() + seconds * 1000;
    if (seconds === 0) return this.terminate("timeout");
    this.#arm();
    this.handle("refreshed");
  }

  /** Stops its timer; the subscriber hears nothing. */
  close(): void {
    this.#expiryTimer.stop();
    this.#exchange?.abandon();
  }

  snapshot(): NotifierSubscriptionSnapshot {
    return { ...this.#snapshot, state: this.state, dialog: this.#dialog.snapshot(), expiresAt: this.#expiresAt };
  }

  protected override run(action: NotifierAction, subject: Subject | undefined): void {
    switch (action) {
      case "notify":
        return this.#send();
      case "notifyLast":
        this.#end = subject ?? {};
        this.#expiryTimer.stop();
        this.#send();
        return this.#over(subject?.reason);
      case "stop":
        this.#expiryTimer.stop();
        this.#hasToNotify = false;
        return this.#over(undefined);
    }
  }

  protected override onActionFailed(error: unknown): void {
    const { log = silentLogger } = this.#parts;
    log.error({ error, callId: this.#dialog.callId }, "a subscription or its package failed");
  }

  #send(): void {
    this.#hasToNotify = true;
    if (this.#exchange !== undefined) return;
    this.#hasToNotify = false;
    const { sender, log, send } = this.#parts;
    const content = this.#content();
    const stateText = this.#stateText();
    const onConnection = (request: RequestBuilder, connection: Connection): void => {
      request.set("Contact", `<${this.#parts.contact ?? localContact(connection).toString()}>`);
    };
    const plan = {
      options: { ...send, onConnection },
      draft: () => this.#draft(stateText, content),
      onOutcome: (outcome: ExchangeOutcome) => this.#judge(outcome),
    };
    this.#exchange = new ClientExchange({ sender, log, digest: this.#digest }, plan);
    this.#exchange.start();
  }

  #draft(stateText: string, content: EventState | undefined): RequestBuilder {
    const draft = this.#dialog.createRequest("NOTIFY");
    draft.addText("Event", this.#snapshot.event).addText("Subscription-State", stateText);
    return content === undefined ? draft : draft.setBody(content.body, content.contentType);
  }

  #content(): EventState | undefined {
    const isTold = this.#end === undefined || this.#end.reason === "timeout";
    return isTold && this.#isGranted ? this.#parts.support.state(this) : undefined;
  }

  #stateText(): string {
    if (this.#end === undefined) return `${this.state};expires=${this.secondsLeft}`;
    const { reason, retryAfter } = this.#end;
    const wait = retryAfter === undefined ? "" : `;retry-after=${retryAfter}`;
    return reason === undefined ? `terminated${wait}` : `terminated;reason=${reason}${wait}`;
  }

  /** No answer and the answers of the list end it; others leave it alive (RFC 6665 §4.2.2). */
  #judge({ statusCode, response }: ExchangeOutcome): void {
    this.#exchange = undefined;
    if (endsSubscription(statusCode) || response === undefined) {
      this.#hasToNotify = false;
      return this.handle("failed");
    }
    if (this.#hasToNotify) this.#send();
  }

  #over(reason: string | undefined): void {
    this.#parts.onOver(this);
    this.#parts.support.onTerminated?.(this, reason);
  }

  #expire(): void {
    if (this.#expiresAt > this.#parts.clock.now()) this.#arm();
    else this.terminate("timeout");
  }

  #arm(): void {
    this.#expiryTimer.start(this.#expiresAt - this.#parts.clock.now());
  }
}
