import type { SipRequest } from "../../message/sip-request.js";
import {
  leastInterval,
  readSessionTimer,
  type RefresherRole,
  type SessionTimerFields,
} from "./session-timer-fields.js";

/** What the one who answers wants of a session timer. */
export interface SessionTimerWish {
  /** Longest interval in seconds; undefined: none of our own accord, that of the peer as it is. */
  readonly interval?: number | undefined;
  /** Shortest interval we take, in seconds. */
  readonly minimum: number;
  /** Who shall refresh where the request leaves that open. */
  readonly refresher: RefresherRole;
}

/**
 * What the 2xx to an INVITE or UPDATE says of the session timer (RFC 4028 §9): nothing, an interval with its refresher, or
 * that the request has to be refused by 422 with this Min-SE.
 */
export type SessionTimerAnswer =
  | { readonly kind: "none" }
  | { readonly kind: "too-small"; readonly minimum: number }
  | {
      readonly kind: "use";
      readonly seconds: number;
      readonly refresher: RefresherRole;
      /** Whether `Require: timer` goes into the 2xx. */
      readonly requiresTimer: boolean;
    };

/** Decides about the session timer of a request received. RFC 4028 §9, table 2 */
export function answerSessionTimer(request: SipRequest, wish: SessionTimerWish): SessionTimerAnswer {
  const asked = readSessionTimer(request);
  const minimum = Math.max(wish.minimum, leastInterval);
  if (asked.seconds !== undefined && asked.seconds < minimum && asked.knowsTimer) return { kind: "too-small", minimum };
  const seconds = intervalOf(asked, wish);
  if (seconds === undefined) return { kind: "none" };
  const refresher = asked.knowsTimer ? (asked.refresher ?? wish.refresher) : "uas";
  return { kind: "use", seconds, refresher, requiresTimer: asked.knowsTimer };
}

/** Ours where it is shorter, but never below Min-SE; that of the request is never raised. */
function intervalOf(asked: SessionTimerFields, { interval, minimum }: SessionTimerWish): number | undefined {
  if (interval === undefined) return asked.seconds;
  const lowest = Math.max(asked.minimum, minimum, leastInterval);
  const own = Math.max(interval, lowest);
  return asked.seconds === undefined ? own : Math.min(asked.seconds, own);
}
