/**
 * The reliable provisional responses of one early dialog, as the callee sends them — RFC 3262 §3.
 *
 *   idle ─send→ waiting ─T1, 2·T1, 4·T1 …→ waiting (again)
 *   waiting ─PRACK→ answering ─proceed→ idle, or waiting for the next of the queue
 *   waiting ─64·T1→ failed (user told);  any ─final response→ stopped (late PRACKs still match)
 */
import type { TimerHandle } from "../../clock/clock.js";
import { EngineError } from "../../errors/engine-error.js";
import type { ResponseBuilder } from "../../message/response-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import { transactionTimeout } from "../../transaction/timer-values.js";
import type { SendCallback } from "../../transaction/transaction-context.js";
import { hasSessionDescription } from "../offer-answer/session-description-of.js";
import type { UsageContext } from "../usage-context.js";
import { rackOf, responseNumberOf } from "../response-number.js";

/** Who sends the responses and hears when nobody acknowledges one. */
export interface ReliableProvisionalsUser {
  /** Send this response: for the first time, or again. */
  onReliableSend(response: SipResponse, done?: SendCallback): void;
  /** 64·T1 have passed without PRACK: refuse the INVITE with a 5xx. RFC 3262 §3 */
  onReliableUnacknowledged(response: SipResponse): void;
}

/** What the part needs. */
export interface ReliableProvisionalsParts {
  readonly context: Pick<UsageContext, "clock" | "timers" | "random">;
  readonly user: ReliableProvisionalsUser;
  /** CSeq number of the INVITE. */
  readonly sequenceNumber: number;
}

interface Item {
  readonly response: SipResponse;
  readonly responseNumber: number;
  readonly done: SendCallback | undefined;
}

/** The largest number a first RSeq may have (RFC 3262 §3). */
const largestFirstNumber = 0x7fff_ffff;

/** One reliable provisional at a time, the others behind it in a queue. */
export class ReliableProvisionals {
  readonly #parts: ReliableProvisionalsParts;
  readonly #queue: Item[] = [];
  /** Sent, given up by the final response, and never acknowledged. */
  readonly #late = new Map<number, SipResponse>();
  #lastNumber: number | undefined;
  #waiting: Item | undefined;
  #isAnswering = false;
  #isStopped = false;
  #interval = 0;
  #deadline = 0;
  #timer: TimerHandle | undefined;

  static readonly #onTimer = (self: ReliableProvisionals): void => self.#expire();

  constructor(parts: ReliableProvisionalsParts) {
    this.#parts = parts;
  }

  /** Whether a 2xx has to wait: a session description is under way that was not acknowledged (RFC 3262 §3). */
  get holdsSuccess(): boolean {
    if (this.#isStopped) return false;
    if (this.#isAnswering) return true;
    const waiting = this.#waiting;
    return [...(waiting === undefined ? [] : [waiting]), ...this.#queue].some(({ response }) =>
      hasSessionDescription(response),
    );
  }

  /** Sent responses that no PRACK has acknowledged, and those that wait to be sent. */
  get unacknowledged(): readonly SipResponse[] {
    const waiting = this.#waiting === undefined || this.#isAnswering ? [] : [this.#waiting];
    return [...waiting, ...this.#queue].map(({ response }) => response);
  }

  /** Whether a PRACK may still come that matches, also after the final response. */
  get expectsPrack(): boolean {
    return this.#late.size > 0 || (this.#waiting !== undefined && !this.#isAnswering);
  }

  /** Whether everything sent was acknowledged and answered. */
  get isIdle(): boolean {
    return this.#waiting === undefined && this.#queue.length === 0;
  }

  /** Makes a 101–199 reliable: `Require: 100rel` and the next RSeq. What is prepared must be sent, in this order. */
  prepare(draft: ResponseBuilder): ResponseBuilder {
    this.#lastNumber =
      this.#lastNumber === undefined
        ? 1 + this.#parts.context.random.integer(largestFirstNumber)
        : this.#lastNumber + 1;
    return draft.addText("Require", "100rel").set("RSeq", this.#lastNumber);
  }

  /**
   * Sends a prepared response, now or when those before it are acknowledged. `done` is told of the first copy.
   * @throws EngineError `ua.state` when it was not prepared, or when the final response has been sent
   */
  send(response: SipResponse, done?: SendCallback): void {
    const responseNumber = responseNumberOf(response);
    if (responseNumber === undefined || this.#isStopped) throw refusal(response, this.#isStopped);
    this.#queue.push({ response, responseNumber, done });
    if (this.#waiting === undefined) this.#sendNext();
  }

  /**
   * Takes a PRACK: gives the response it acknowledges, or undefined when it matches none. Answer the PRACK, then call
   * `proceed`. RFC 3262 §3
   */
  receivePrack(prack: SipRequest): SipResponse | undefined {
    const rack = rackOf(prack);
    if (rack?.method !== "INVITE" || rack.sequenceNumber !== this.#parts.sequenceNumber) return undefined;
    const late = this.#late.get(rack.responseNumber);
    if (late !== undefined) {
      this.#late.delete(rack.responseNumber);
      return late;
    }
    if (this.#isAnswering || this.#waiting?.responseNumber !== rack.responseNumber) return undefined;
    this.#isAnswering = true;
    this.#stopTimer();
    return this.#waiting.response;
  }

  /** The PRACK was answered: the next response may go. */
  proceed(): void {
    if (!this.#isAnswering) return;
    this.#isAnswering = false;
    this.#waiting = undefined;
    this.#sendNext();
  }

  /** The final response leaves, or the session ended: nothing is repeated or sent any more. */
  stop(): void {
    this.#stopTimer();
    if (this.#waiting !== undefined && !this.#isAnswering) {
      this.#late.set(this.#waiting.responseNumber, this.#waiting.response);
    }
    this.#isStopped = true;
    this.#isAnswering = false;
    this.#waiting = undefined;
    this.#queue.length = 0;
  }

  #sendNext(): void {
    const next = this.#queue.shift();
    if (next === undefined) return;
    const { clock, timers } = this.#parts.context;
    this.#waiting = next;
    this.#interval = timers.t1;
    this.#deadline = clock.monotonic() + transactionTimeout(timers);
    this.#arm(this.#interval);
    this.#parts.user.onReliableSend(next.response, next.done);
  }

  #arm(delay: number): void {
    this.#timer = this.#parts.context.clock.setTimeout(ReliableProvisionals.#onTimer, delay, this);
  }

  #expire(): void {
    this.#timer = undefined;
    const { user, context } = this.#parts;
    if (this.#waiting === undefined) return;
    const left = this.#deadline - context.clock.monotonic();
    if (left <= 0) return user.onReliableUnacknowledged(this.#waiting.response);
    this.#interval *= 2;
    this.#arm(Math.min(this.#interval, left));
    user.onReliableSend(this.#waiting.response);
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.#parts.context.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

function refusal({ statusCode }: SipResponse, isStopped: boolean): EngineError {
  const why = isStopped ? "the INVITE has its final response" : "it has no RSeq; call prepare first";
  return new EngineError("ua.state", { detail: `reliable ${statusCode}: ${why}` });
}
