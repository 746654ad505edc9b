/**
 * The implicit subscription that a REFER makes, at the one who was referred — RFC 3515 §2.4.4–§2.4.7.
 *
 *   new ─accept→ active (NOTIFY 100);  active ─provisional→ active (NOTIFY)
 *   active ─final status→ ended (NOTIFY, terminated;reason=noresource)
 *   active ─time out or unsubscribed→ ended (NOTIFY, terminated;reason=timeout)
 *   active ─the NOTIFY fails→ ended
 */
import type { Clock, TimerHandle } from "../../clock/clock.js";
import type { Dialog } from "../../dialog/dialog.js";
import { failureScope } from "../../dialog/dialog-usages.js";
import { EngineError } from "../../errors/engine-error.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import { reasonPhrase } from "../../message/status-codes.js";
import { startSeconds } from "../usage-context.js";
import { sipfragType, writeSipfrag, type ReferredStatus } from "./sipfrag.js";

/** Who sends the NOTIFYs. */
export interface ReferNotifierUser {
  /** Send this NOTIFY inside the dialog; tell `receiveNotifyStatus` what became of it. */
  onNotify(notify: RequestBuilder): void;
  /** The subscription is over: the usage ends. */
  onReferEnded?(): void;
}

/** A subscription as plain data. */
export interface ReferNotifierSnapshot {
  readonly version: 1;
  readonly eventId: string | undefined;
  readonly lastStatus: ReferredStatus;
  /** When it runs out, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What the part needs. */
export interface ReferNotifierParts {
  readonly clock: Clock;
  /** The dialog of the REFER. */
  readonly dialog: Dialog;
  readonly user: ReferNotifierUser;
  /** CSeq number of the REFER: must be given for the second and each later one of a dialog. RFC 3515 §2.4.6 */
  readonly eventId?: string | undefined;
  /** How long the subscription lasts, in seconds; 180 when left out. */
  readonly seconds?: number;
  readonly snapshot?: ReferNotifierSnapshot;
}

const usualSeconds = 180;

/** Tells the one who sent a REFER how its request fares. */
export class ReferNotifier {
  readonly #parts: ReferNotifierParts;
  readonly #eventId: string | undefined;
  #status: ReferredStatus;
  #expiresAt = 0;
  #isActive = false;
  #timer: TimerHandle | undefined;

  static readonly #onTimer = (self: ReferNotifier): void => self.#terminate("timeout");

  /** @throws EngineError `ua.snapshot` */
  constructor(parts: ReferNotifierParts) {
    const { snapshot } = parts;
    if (snapshot !== undefined && snapshot.version !== 1) {
      throw new EngineError("ua.snapshot", { detail: `REFER, version ${String(snapshot.version)}` });
    }
    this.#parts = parts;
    this.#eventId = snapshot?.eventId ?? parts.eventId;
    this.#status = snapshot?.lastStatus ?? { statusCode: 100, reasonPhrase: reasonPhrase(100) };
    if (snapshot === undefined) return;
    this.#isActive = true;
    this.#extend((snapshot.expiresAt - parts.clock.now()) / 1000);
  }

  get isActive(): boolean {
    return this.#isActive;
  }

  /** The `id` of its events; undefined for the first REFER of a dialog. */
  get eventId(): string | undefined {
    return this.#eventId;
  }

  /** The REFER was answered by 2xx: sends the first NOTIFY at once. RFC 3515 §2.4.4 */
  accept(): void {
    this.#isActive = true;
    this.#extend(this.#parts.seconds ?? usualSeconds);
    this.#notify();
  }

  /** The request that was referred to got a response; the final one ends the subscription. RFC 3515 §2.4.5, §2.4.7 */
  report(statusCode: number, reason: string = reasonPhrase(statusCode)): void {
    if (!this.#isActive) return;
    this.#status = { statusCode, reasonPhrase: reason };
    if (statusCode >= 200) this.#terminate("noresource");
    else this.#notify();
  }

  /** A SUBSCRIBE refreshes the subscription, or ends it with 0; gives what is granted. Answer it first. RFC 6665 §4.2.1 */
  refresh(seconds: number): number {
    const granted = Math.min(seconds, this.#parts.seconds ?? usualSeconds);
    if (!this.#isActive) return 0;
    if (granted <= 0) this.#terminate("timeout");
    else {
      this.#extend(granted);
      this.#notify();
    }
    return granted;
  }

  /** The final response to a NOTIFY, 408 for none: what ends the usage ends the subscription. RFC 5057 §5.1 */
  receiveNotifyStatus(statusCode: number): void {
    if (statusCode >= 300 && failureScope(statusCode) !== "transaction") this.stop();
  }

  /** Ends without a word: the dialog is gone. */
  stop(): void {
    if (!this.#isActive) return;
    this.#end();
  }

  snapshot(): ReferNotifierSnapshot {
    return { version: 1, eventId: this.#eventId, lastStatus: this.#status, expiresAt: this.#expiresAt };
  }

  #extend(seconds: number): void {
    const { clock } = this.#parts;
    if (this.#timer !== undefined) clock.clearTimeout(this.#timer);
    this.#expiresAt = clock.now() + Math.max(seconds, 0) * 1000;
    this.#timer = startSeconds(clock, ReferNotifier.#onTimer, Math.max(seconds, 0), this);
  }

  #terminate(reason: "noresource" | "timeout"): void {
    this.#send(`terminated;reason=${reason}`);
    this.#end();
  }

  #notify(): void {
    const left = Math.max(Math.round((this.#expiresAt - this.#parts.clock.now()) / 1000), 1);
    this.#send(`active;expires=${left}`);
  }

  #send(state: string): void {
    const { dialog, user } = this.#parts;
    if (dialog.state === "terminated") return;
    const notify = dialog.createRequest("NOTIFY");
    notify.addText("Event", this.#eventId === undefined ? "refer" : `refer;id=${this.#eventId}`);
    notify.addText("Subscription-State", state).setBody(writeSipfrag(this.#status), sipfragType);
    user.onNotify(notify);
  }

  #end(): void {
    this.#isActive = false;
    if (this.#timer !== undefined) this.#parts.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#parts.user.onReferEnded?.();
  }
}
