/**
 * The session timer of one dialog — RFC 4028 §7, §9, §10.
 *
 *   off ─2xx with Session-Expires→ running ─half of it, we refresh→ running (user told: send UPDATE or re-INVITE)
 *   running ─2xx to a refresh→ running anew, or off when it names no interval
 *   running ─min(32 s, a third) before the end→ off (user told: send BYE)
 */
import type { Clock, TimerHandle } from "../../clock/clock.js";
import { EngineError } from "../../errors/engine-error.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import type { ResponseBuilder } from "../../message/response-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import { addOptionTag } from "../option-tags.js";
import { startSeconds } from "../usage-context.js";
import { answerSessionTimer, type SessionTimerAnswer } from "./answer-session-timer.js";
import {
  leastInterval,
  readSessionTimer,
  writeMinimum,
  writeSessionExpires,
  type RefresherRole,
} from "./session-timer-fields.js";

/** Who acts when time has come. */
export interface SessionTimerUser {
  /** Half of the interval has passed and we refresh: send UPDATE or re-INVITE now. */
  onRefreshDue(): void;
  /** The interval is about to end without refresh: send BYE. */
  onSessionExpired(): void;
}

/** What a user agent wants of session timers. */
export interface SessionTimerSettings {
  /** Interval to ask for and longest one to accept, in seconds; undefined: none of our own accord. */
  readonly interval?: number | undefined;
  /** Shortest interval to accept, in seconds; 90 when left out. */
  readonly minimum?: number | undefined;
  /** Who shall refresh where we may choose. Left out, the peer decides where it can. */
  readonly refresher?: "local" | "remote" | undefined;
}

/** An interval that runs. */
export interface RunningInterval {
  readonly seconds: number;
  readonly isRefresher: boolean;
  /** When it began, in milliseconds since 1970. */
  readonly startedAt: number;
}

/** A session timer as plain data. */
export interface SessionTimerSnapshot {
  readonly version: 1;
  readonly settings: SessionTimerSettings;
  /** Min-SE as far as it is known. */
  readonly minimum: number;
  readonly running: RunningInterval | undefined;
}

/** What the part needs. */
export interface SessionTimerParts {
  readonly clock: Clock;
  readonly user: SessionTimerUser;
  readonly settings?: SessionTimerSettings;
  readonly snapshot?: SessionTimerSnapshot;
}

/** How often one request is sent again because an interval was too short: as many elements as may say so on a path. */
const mostRounds = 5;
/** Never less before the end than this share, nor more than these seconds (RFC 4028 §10). */
const longestLead = 32;

/** The session timer of one dialog, whoever refreshes. */
export class SessionTimer {
  readonly #parts: SessionTimerParts;
  readonly #settings: SessionTimerSettings;
  #minimum: number;
  #running: RunningInterval | undefined;
  #rounds = 0;
  #refresh: TimerHandle | undefined;
  #expiry: TimerHandle | undefined;

  static readonly #onRefresh = (self: SessionTimer): void => self.#parts.user.onRefreshDue();
  static readonly #onExpiry = (self: SessionTimer): void => self.#expire();

  /** @throws EngineError `ua.snapshot` */
  constructor(parts: SessionTimerParts) {
    const { snapshot } = parts;
    if (snapshot !== undefined && snapshot.version !== 1) {
      throw new EngineError("ua.snapshot", { detail: `session timer, version ${String(snapshot.version)}` });
    }
    this.#parts = parts;
    this.#settings = snapshot?.settings ?? parts.settings ?? {};
    this.#minimum = Math.max(snapshot?.minimum ?? 0, this.#settings.minimum ?? 0, leastInterval);
    if (snapshot?.running !== undefined) this.#resume(snapshot.running);
  }

  /** The interval agreed on; undefined while the timer is off. */
  get running(): RunningInterval | undefined {
    return this.#running;
  }

  /** Writes what an INVITE or UPDATE of ours says of the session timer. RFC 4028 §7.1, §7.4 */
  prepareRequest(draft: RequestBuilder): void {
    addOptionTag(draft, "Supported", "timer");
    writeMinimum(draft, this.#minimum);
    const seconds = this.#running?.seconds ?? this.#settings.interval;
    if (seconds !== undefined) writeSessionExpires(draft, Math.max(seconds, this.#minimum), this.#refresherAsUac());
  }

  /**
   * A final response to an INVITE or UPDATE of ours. A 2xx starts the timer or turns it off; a 422 raises the interval:
   * `true` means that the request is worth sending again, prepared anew. RFC 4028 §7.2, §7.3
   */
  receiveResponse(response: SipResponse): boolean {
    if (response.statusCode === 422) return this.#learn(response);
    if (!response.isSuccess) return false;
    this.#rounds = 0;
    const { seconds, refresher } = readSessionTimer(response);
    if (seconds === undefined) this.stop();
    else this.#start(seconds, (refresher ?? this.#refresherAsUac() ?? "uac") === "uac");
    return false;
  }

  /** Decides about an INVITE or UPDATE received: `too-small` is refused by 422 with that Min-SE. RFC 4028 §9 */
  answerOf(request: SipRequest): SessionTimerAnswer {
    return answerSessionTimer(request, {
      interval: this.#settings.interval,
      minimum: this.#settings.minimum ?? leastInterval,
      refresher: this.#refresherAsUas(),
    });
  }

  /** Writes what our 2xx to an INVITE or UPDATE says of the session timer, and starts or stops it. RFC 4028 §9 */
  answer(request: SipRequest, success: ResponseBuilder): void {
    const answer = this.answerOf(request);
    if (answer.kind !== "use") return this.stop();
    writeSessionExpires(success, answer.seconds, answer.refresher);
    if (answer.requiresTimer) addOptionTag(success, "Require", "timer");
    this.#start(answer.seconds, answer.refresher === "uas");
  }

  /** A refresh failed but the session lives: the next try comes when half of what is left has passed. */
  postponeRefresh(): void {
    const running = this.#running;
    if (running?.isRefresher !== true) return;
    const left = running.seconds - this.#elapsed(running);
    this.#clear("refresh");
    this.#refresh = startSeconds(this.#parts.clock, SessionTimer.#onRefresh, Math.max(left, 0) / 2, this);
  }

  /** The session is over, or no interval was agreed on. */
  stop(): void {
    this.#running = undefined;
    this.#clear("refresh");
    this.#clear("expiry");
  }

  /** When it acts next, in milliseconds since 1970: a refresh of ours, else the end; undefined while it is off. */
  get dueTime(): number | undefined {
    const running = this.#running;
    if (running === undefined) return undefined;
    const { seconds, isRefresher, startedAt } = running;
    const isRefreshAhead = isRefresher && this.#elapsed(running) < seconds / 2;
    return startedAt + (isRefreshAhead ? seconds / 2 : seconds - leadOf(seconds)) * 1000;
  }

  snapshot(): SessionTimerSnapshot {
    return { version: 1, settings: this.#settings, minimum: this.#minimum, running: this.#running };
  }

  #learn(response: SipResponse): boolean {
    const { minimum } = readSessionTimer(response);
    this.#rounds++;
    if (minimum <= this.#minimum || this.#rounds > mostRounds) return false;
    this.#minimum = minimum;
    return true;
  }

  #start(seconds: number, isRefresher: boolean): void {
    this.#resume({ seconds, isRefresher, startedAt: this.#parts.clock.now() });
  }

  #resume(running: RunningInterval): void {
    const { clock } = this.#parts;
    const { seconds, isRefresher } = running;
    this.stop();
    this.#running = running;
    const elapsed = this.#elapsed(running);
    const left = seconds - leadOf(seconds) - elapsed;
    this.#expiry = startSeconds(clock, SessionTimer.#onExpiry, Math.max(left, 0), this);
    if (!isRefresher) return;
    this.#refresh = startSeconds(clock, SessionTimer.#onRefresh, Math.max(seconds / 2 - elapsed, 0), this);
  }

  #expire(): void {
    this.stop();
    this.#parts.user.onSessionExpired();
  }

  #elapsed({ startedAt }: RunningInterval): number {
    return Math.max(this.#parts.clock.now() - startedAt, 0) / 1000;
  }

  /** Roles are those of each transaction; the party that refreshes stays the same. RFC 4028 §7.4 */
  #refresherAsUac(): RefresherRole | undefined {
    if (this.#running !== undefined) return this.#running.isRefresher ? "uac" : "uas";
    if (this.#settings.refresher === undefined) return undefined;
    return this.#settings.refresher === "local" ? "uac" : "uas";
  }

  #refresherAsUas(): RefresherRole {
    const isLocal = this.#running?.isRefresher ?? this.#settings.refresher === "local";
    return isLocal ? "uas" : "uac";
  }

  #clear(which: "refresh" | "expiry"): void {
    const handle = which === "refresh" ? this.#refresh : this.#expiry;
    if (handle !== undefined) this.#parts.clock.clearTimeout(handle);
    if (which === "refresh") this.#refresh = undefined;
    else this.#expiry = undefined;
  }
}

/** How many seconds before its end an interval counts as not refreshed (RFC 4028 §10). */
function leadOf(seconds: number): number {
  return Math.min(longestLead, seconds / 3);
}
