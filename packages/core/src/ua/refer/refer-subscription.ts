import type { TimerHandle } from "../../clock/clock.js";
import type { SipRequest } from "../../message/sip-request.js";
import { transactionTimeout } from "../../transaction/timer-values.js";
import { lenientRead } from "../lenient-read.js";
import { startSeconds, type UsageContext } from "../usage-context.js";
import { parseSipfrag, type ReferredStatus } from "./sipfrag.js";

/** Who sent a REFER. */
export interface ReferSubscriptionUser {
  /** How the request referred to fares: a provisional or the final status. */
  onReferProgress(status: ReferredStatus): void;
  /** Nothing more will be told; `status` is the last one known. */
  onReferEnded(status: ReferredStatus | undefined): void;
}

/** What names the subscription of a REFER among those of its dialog. */
export interface ReferSubscriptionParts {
  readonly context: Pick<UsageContext, "clock" | "timers">;
  /** CSeq number of the REFER. */
  readonly sequenceNumber: number;
  /** Whether it is the first REFER of the dialog: its NOTIFYs may lack the id. RFC 3515 §2.4.6 */
  readonly isFirst: boolean;
  readonly user: ReferSubscriptionUser;
}

/** How long a subscription lasts that does not say so, in seconds. */
const usualSeconds = 180;

/** What came of a NOTIFY: the status to answer it with. */
export type NotifyAnswer = 200 | 400;

/** The implicit subscription that a REFER makes, at the one who sent it. RFC 3515 §2.4.4–§2.4.7 */
export class ReferSubscription {
  readonly #parts: ReferSubscriptionParts;
  #status: ReferredStatus | undefined;
  #isActive = true;
  #timer: TimerHandle | undefined;

  static readonly #onTimer = (self: ReferSubscription): void => self.end();

  constructor(parts: ReferSubscriptionParts) {
    this.#parts = parts;
  }

  get isActive(): boolean {
    return this.#isActive;
  }

  /** The last status told. */
  get status(): ReferredStatus | undefined {
    return this.#status;
  }

  /** Tells whether a NOTIFY of the dialog belongs here: package `refer`, and the id, which the first REFER may lack. */
  matches(notify: SipRequest): boolean {
    const event = lenientRead(() => notify.get("Event"));
    if (event === undefined || event.eventType.toLowerCase() !== "refer") return false;
    if (event.id === undefined) return this.#parts.isFirst;
    return event.id === String(this.#parts.sequenceNumber);
  }

  /** Takes a NOTIFY that matches. */
  receiveNotify(notify: SipRequest): NotifyAnswer {
    const state = stateOf(notify);
    if (state === undefined) return 400;
    if (!this.#isActive) return 200;
    this.#arm(lenientRead(() => notify.get("Subscription-State"))?.expires ?? usualSeconds);
    const { body } = notify;
    const status = parseSipfrag(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8"));
    if (status !== undefined) {
      this.#status = status;
      this.#parts.user.onReferProgress(status);
    }
    if (state === "terminated") this.end();
    return 200;
  }

  /** The REFER got its 2xx: a NOTIFY has to come within 64·T1. RFC 6665 §4.1.2.4 */
  accept(): void {
    if (this.#isActive && this.#timer === undefined) this.#arm(0);
  }

  /** The subscription is over: by its last NOTIFY, a refused REFER, or the end of the dialog. */
  end(): void {
    if (!this.#isActive) return;
    this.#isActive = false;
    if (this.#timer !== undefined) this.#parts.context.clock.clearTimeout(this.#timer);
    this.#parts.user.onReferEnded(this.#status);
  }

  /** The subscription ends by itself some time after it should have been told to. */
  #arm(seconds: number): void {
    const { clock, timers } = this.#parts.context;
    if (this.#timer !== undefined) clock.clearTimeout(this.#timer);
    this.#timer = startSeconds(clock, ReferSubscription.#onTimer, seconds + transactionTimeout(timers) / 1000, this);
  }
}

/** The state alone: some phones write parameters that cannot be read (`terminated;reason=reason=noresource`). */
function stateOf(notify: SipRequest): string | undefined {
  const state = notify.getText("Subscription-State")?.split(";", 1)[0]?.trim().toLowerCase();
  return state === "" ? undefined : state;
}
