// Above 300 lines: one machine, whose requests, verdicts, timers and table stand in files of their own already.
import type { DigestClientSession } from "../../../auth/client/digest-client-session.js";
import { Dialog } from "../../../dialog/dialog.js";
import { EngineError } from "../../../errors/engine-error.js";
import { headerDefinition } from "../../../headers/header-table.js";
import type { EventPackage } from "../../../headers/event-package.js";
import type { SubscriptionState } from "../../../headers/subscription-state.js";
import { silentLogger } from "../../../log/logger.js";
import { RequestBuilder } from "../../../message/request-builder.js";
import type { SipRequest } from "../../../message/sip-request.js";
import type { SipResponse } from "../../../message/sip-response.js";
import { StateMachine } from "../../../transaction/state-machine.js";
import { transactionTimeout } from "../../../transaction/timer-values.js";
import type { Connection } from "../../../transport/transport.js";
import { ClientExchange, type ExchangeOutcome } from "../../exchange/client-exchange.js";
import { retryAfterOf, secondsOf } from "../../exchange/lenient-fields.js";
import { localContact } from "../../exchange/local-contact.js";
import { refreshDelay } from "../../exchange/refresh-delay.js";
import { RestartableTimer } from "../../exchange/restartable-timer.js";
import { endsSubscription } from "../subscription-status.js";
import { retryOf, type SubscriptionEnd } from "./subscription-end.js";
import type { EventParts, SubscriptionOptions, SubscriptionSnapshot } from "./subscription-options.js";
import {
  subscriptionTable,
  type SubscriptionAction,
  type SubscriptionEvent,
  type SubscriptionStage,
} from "./subscription-table.js";

/** Who hears of a subscription. */
export interface SubscriptionUser {
  /** The state of the resource; the request holds the body. It was answered already. */
  onNotify?(notify: SipRequest, state: SubscriptionState, subscription: Subscription): void;
  /** The first NOTIFY came. */
  onEstablished?(subscription: Subscription): void;
  onTerminated?(end: SubscriptionEnd, subscription: Subscription): void;
  /**
   * Another notifier answered the same SUBSCRIBE (RFC 6665 §4.1.4): its subscription, and who shall hear of it. Undefined, or
   * no such function: it is refused with 481.
   */
  onFork?(subscription: Subscription): SubscriptionUser | undefined;
}

/** What a transition is about. */
interface Subject {
  readonly state?: SubscriptionState;
  readonly end?: SubscriptionEnd;
}

/** Names a SUBSCRIBE among those of this user agent. */
export interface SubscriptionIdentity {
  readonly callId: string;
  readonly localTag: string;
  /** Number of the SUBSCRIBE that NOTIFYs answer to. */
  readonly sequenceNumber: number;
}

/** What makes a subscription besides its options. */
export interface SubscriptionStart {
  /** Shared with the SUBSCRIBE that was forked. */
  readonly identity?: SubscriptionIdentity;
  readonly snapshot?: SubscriptionSnapshot;
  /** Told when it is over, before its user is. */
  readonly onOver: (subscription: Subscription) => void;
}

const defaultExpires = 3600;
const ranOut: SubscriptionEnd = { reason: "timeout", statusCode: undefined, retry: { kind: "now" } };
const unheard: SubscriptionEnd = { reason: undefined, statusCode: 408, retry: { kind: "any-time" } };

/**
 * A subscription as the subscriber sees it: asks, takes NOTIFYs, asks again in time, ends. Its dialog is made by the first
 * NOTIFY, which may come before the 200. RFC 6665 §4.1
 */
export class Subscription extends StateMachine<SubscriptionStage, SubscriptionEvent, SubscriptionAction, Subject> {
  readonly options: SubscriptionOptions;
  readonly event: EventPackage;
  readonly callId: string;
  readonly localTag: string;
  readonly #parts: EventParts;
  readonly #user: SubscriptionUser;
  readonly #start: SubscriptionStart;
  readonly #digest: DigestClientSession | undefined;
  #sequenceNumber: number;
  #expires: number;
  #expiresAt = 0;
  #dialog: Dialog | undefined;
  #exchange: ClientExchange | undefined;
  #isEnding = false;
  /** Seconds the last SUBSCRIBE asked for. */
  #asked = 0;
  /** When no fork is waited for any more, on the monotonic scale. */
  #forksUntil = 0;
  readonly #timerN: RestartableTimer;
  /** Until the next refresh. */
  readonly #dueTimer: RestartableTimer;
  readonly #expiryTimer: RestartableTimer;

  /** For `Subscriber`, which hands NOTIFYs over. @throws EngineError `header.malformed` for a bad event */
  constructor(parts: EventParts, options: SubscriptionOptions, user: SubscriptionUser, start: SubscriptionStart) {
    const { identity, snapshot } = start;
    super(subscriptionTable, snapshot?.stage ?? (identity === undefined ? "init" : "notify_wait"));
    this.options = options;
    this.event = headerDefinition("event").parseValue(options.event);
    this.#parts = parts;
    this.#user = user;
    this.#start = start;
    this.#dialog = snapshot && Dialog.restore(snapshot.dialog);
    this.callId = identity?.callId ?? snapshot?.dialog.callId ?? parts.random.token(128);
    this.localTag = identity?.localTag ?? snapshot?.dialog.localTag ?? parts.random.token(64);
    this.#sequenceNumber = identity?.sequenceNumber ?? 0;
    this.#expires = snapshot?.expires ?? options.expires ?? defaultExpires;
    this.#digest = parts.digest?.createSession();
    this.#timerN = new RestartableTimer(parts.clock, () => this.handle("timerN", { end: unheard }));
    this.#dueTimer = new RestartableTimer(parts.clock, () => this.handle("due"));
    this.#expiryTimer = new RestartableTimer(parts.clock, () => this.#ranOut());
    if (snapshot !== undefined) this.#keepUntil(snapshot.expiresAt);
  }

  /** Tag of the notifier; undefined before the first NOTIFY. */
  get remoteTag(): string | undefined {
    return this.#dialog?.remoteTag;
  }

  /** Seconds left, as the notifier told last. */
  get secondsLeft(): number {
    return Math.max(0, Math.floor((this.#expiresAt - this.#parts.clock.now()) / 1000));
  }

  /** What another subscription of the same SUBSCRIBE shares with this one. */
  get identity(): SubscriptionIdentity {
    return { callId: this.callId, localTag: this.localTag, sequenceNumber: this.#sequenceNumber };
  }

  /** Whether forks of the SUBSCRIBE may still show up: timer N of it runs (RFC 6665 §4.1.4). */
  get awaitsForks(): boolean {
    return this.#forksUntil > this.#parts.clock.monotonic();
  }

  /** Sends the SUBSCRIBE. */
  subscribe(): void {
    this.handle("subscribe");
  }

  /** Asks for the state and for more time now. */
  refresh(): void {
    this.handle("due");
  }

  /** Ends it: SUBSCRIBE with Expires 0, then the last NOTIFY (RFC 6665 §4.1.2.3). */
  unsubscribe(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.handle("due");
  }

  /** Asks the user who shall hear of a fork. */
  offerFork(fork: Subscription): SubscriptionUser | undefined {
    return this.#user.onFork?.(fork);
  }

  /** Whether forks are wanted at all. */
  get takesForks(): boolean {
    return this.#user.onFork !== undefined;
  }

  /**
   * Takes a NOTIFY that belongs to it; undefined: answer 200, then call `deliver`.
   * The status is that of the refusal otherwise.
   */
  admit(notify: SipRequest): number | undefined {
    if (notify.field("subscription-state") === undefined) return 400;
    if (this.#dialog !== undefined) return this.#dialog.receiveRequest(notify)?.statusCode;
    return notify.field("contact") === undefined ? 400 : undefined;
  }

  /** Goes on with a NOTIFY that was answered with that response. */
  deliver(notify: SipRequest, response: SipResponse): void {
    const state = notify.get("Subscription-State");
    if (state === undefined) return;
    if (this.#dialog === undefined) {
      this.#dialog = Dialog.ofServer(notify, response);
      this.#dialog.recordLocalSequenceNumber(this.#sequenceNumber);
    } else {
      this.#dialog.refreshTarget(notify);
    }
    if (!this.#isEnding || state.state === "terminated") this.#timerN.stop();
    if (state.state !== "terminated") this.#transit(state);
    this.#tell(() => this.#user.onNotify?.(notify, state, this));
    if (state.state === "terminated") this.#transit(state);
  }

  /** Stops all timers without telling anybody. */
  close(): void {
    this.#stopTimers();
    this.#exchange?.abandon();
  }

  /** The subscription as plain data. @throws EngineError `subscription.state` before the first NOTIFY */
  snapshot(): SubscriptionSnapshot {
    if (this.#dialog === undefined) throw new EngineError("subscription.state", { detail: "no NOTIFY came yet" });
    const dialog = this.#dialog.snapshot();
    return { version: 1, stage: this.state, dialog, expiresAt: this.#expiresAt, expires: this.#expires };
  }

  protected override run(action: SubscriptionAction, subject: Subject | undefined): void {
    switch (action) {
      case "send":
      case "refresh":
        return this.#send();
      case "begin":
        return this.#begin();
      case "renew":
        return this.#renew(subject?.state);
      case "end":
        return this.#end(subject?.end ?? unheard);
    }
  }

  protected override onActionFailed(error: unknown): void {
    (this.#parts.log ?? silentLogger).error({ error, callId: this.callId }, "a subscription or its user failed");
  }

  #transit(state: SubscriptionState): void {
    if (state.state === "terminated") {
      const end: SubscriptionEnd = { reason: state.reason, statusCode: undefined, retry: retryOf(state) };
      return this.handle("notifyTerminated", { state, end });
    }
    this.handle(state.state === "pending" ? "notifyPending" : "notifyActive", { state });
  }

  #send(): void {
    if (this.#exchange !== undefined) return;
    this.#dueTimer.stop();
    const { sender, log } = this.#parts;
    const options = {
      ...this.options.send,
      onConnection: (request: RequestBuilder, connection: Connection) => this.#addContact(request, connection),
    };
    const plan = {
      options,
      draft: () => this.#draft(),
      onOutcome: (outcome: ExchangeOutcome) => this.#judge(outcome),
    };
    this.#exchange = new ClientExchange({ sender, log, digest: this.#digest }, plan);
    this.#exchange.start();
  }

  #draft(): RequestBuilder {
    const { accept, fields = [] } = this.options;
    const draft = this.#dialog?.createRequest("SUBSCRIBE") ?? this.#initialDraft();
    this.#sequenceNumber = this.#dialog?.localSequenceNumber ?? this.#sequenceNumber;
    this.#asked = this.#isEnding ? 0 : this.#expires;
    draft.addText("Event", this.options.event).addText("Expires", String(this.#asked));
    if (accept !== undefined) draft.addText("Accept", accept.join(", "));
    this.#startTimerN();
    return draft.addFields(fields);
  }

  #initialDraft(): RequestBuilder {
    const { resource, from, routes = [] } = this.options;
    const draft = new RequestBuilder("SUBSCRIBE", resource);
    for (const route of routes) draft.addText("Route", route);
    draft.addText("From", `<${from}>;tag=${this.localTag}`).addText("To", `<${resource}>`);
    draft.addText("Call-ID", this.callId).addText("CSeq", `${++this.#sequenceNumber} SUBSCRIBE`);
    return draft.addText("Max-Forwards", "70");
  }

  #addContact(request: RequestBuilder, connection: Connection): void {
    this.options.send?.onConnection?.(request, connection);
    if (request.has("Contact")) return;
    request.addText("Contact", `<${this.options.contact ?? localContact(connection).toString()}>`);
  }

  #judge(outcome: ExchangeOutcome): void {
    this.#exchange = undefined;
    const { statusCode, response } = outcome;
    if (statusCode >= 200 && statusCode < 300 && response !== undefined) return this.#granted(response);
    const least = statusCode === 423 && response !== undefined ? (secondsOf(response, "Min-Expires") ?? 0) : 0;
    if (least > this.#expires && !this.#isEnding) {
      this.#expires = least;
      return this.#send();
    }
    if (this.state === "notify_wait" || this.#isEnding || endsSubscription(statusCode)) {
      const retry = statusCode === 481 ? ({ kind: "now" } as const) : ({ kind: "any-time" } as const);
      return this.handle("refused", { end: { reason: undefined, statusCode, retry } });
    }
    this.#timerN.stop();
    this.#retryRefresh(retryAfterOf(response));
  }

  /** Once more while it lives, as long as there is time for an answer. */
  #retryRefresh(retryAfter: number | undefined): void {
    const left = this.#expiresAt - this.#parts.clock.now();
    const longestExchange = transactionTimeout(this.#parts.timers);
    const delay = retryAfter === undefined ? left / 2 : Math.max(retryAfter * 1000, longestExchange);
    if (delay >= longestExchange && delay < left) this.#dueTimer.start(delay);
  }

  /** The time of a 2xx counts if it is shorter (RFC 6665 §4.1.2.1); in doubt the NOTIFY has the last word. */
  #granted(response: SipResponse): void {
    if (this.#isEnding && this.#asked > 0 && this.#dialog !== undefined) return this.#send();
    const granted = Math.min(this.#expires, secondsOf(response, "Expires") ?? this.#expires);
    if (this.#isEnding || this.state === "terminated" || granted === 0) return;
    const end = this.#parts.clock.now() + granted * 1000;
    if (this.state === "notify_wait") this.#expiresAt = end;
    else this.#keepUntil(!this.#timerN.isRunning ? Math.min(end, this.#expiresAt) : end);
  }

  #begin(): void {
    this.#tell(() => this.#user.onEstablished?.(this));
    if (this.#isEnding && this.#exchange === undefined) this.#send();
  }

  /** `expires` of the state is the authority; where it is missing, what was known stays. */
  #renew(state: SubscriptionState | undefined): void {
    const now = this.#parts.clock.now();
    if (state?.expires !== undefined) this.#keepUntil(now + state.expires * 1000);
    else this.#keepUntil(this.#expiresAt > now ? this.#expiresAt : now + this.#expires * 1000);
  }

  #keepUntil(expiresAt: number): void {
    const left = expiresAt - this.#parts.clock.now();
    this.#expiresAt = expiresAt;
    this.#expiryTimer.start(left);
    if (!this.#isEnding) this.#dueTimer.start(refreshDelay(left / 1000));
  }

  #end(end: SubscriptionEnd): void {
    this.close();
    this.#dialog?.terminate();
    this.#start.onOver(this);
    this.#user.onTerminated?.(end, this);
  }

  #ranOut(): void {
    const left = this.#expiresAt - this.#parts.clock.now();
    if (left > 0) this.#keepUntil(this.#expiresAt);
    else this.handle("expired", { end: ranOut });
  }

  #startTimerN(): void {
    const { clock, timers } = this.#parts;
    const wait = transactionTimeout(timers);
    if (this.#dialog === undefined) this.#forksUntil = clock.monotonic() + wait;
    this.#timerN.start(wait);
  }

  #stopTimers(): void {
    this.#timerN.stop();
    this.#dueTimer.stop();
    this.#expiryTimer.stop();
  }

  #tell(told: () => void): void {
    try {
      told();
    } catch (error) {
      this.onActionFailed(error);
    }
  }
}
