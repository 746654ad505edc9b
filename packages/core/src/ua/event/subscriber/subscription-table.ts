import type { TransitionTable } from "../../../transaction/transition-table.js";

/** Where a subscription stands for the one who subscribes; names of RFC 6665 §4.1.2. */
export type SubscriptionStage = "init" | "notify_wait" | "pending" | "active" | "terminated";

/** What can happen to it. */
export type SubscriptionEvent =
  | "subscribe"
  | "notifyPending"
  | "notifyActive"
  | "notifyTerminated"
  | "refused"
  | "timerN"
  | "due"
  | "expired";

/** What it does. */
export type SubscriptionAction = "send" | "begin" | "renew" | "refresh" | "end";

/**
 * A subscription as the subscriber sees it — RFC 6665 §4.1.2.
 *   init ─SUBSCRIBE→ notify_wait ─NOTIFY pending, active→ pending, active
 *   notify_wait ─N, refusal, NOTIFY terminated→ terminated
 *   pending ─NOTIFY active→ active;  pending, active ─NOTIFY terminated, N, 481 and its like, expiry→ terminated
 */
export const subscriptionTable: TransitionTable<SubscriptionStage, SubscriptionEvent, SubscriptionAction> = {
  init: { subscribe: ["notify_wait", "send"] },
  notify_wait: {
    notifyPending: ["pending", "begin", "renew"],
    notifyActive: ["active", "begin", "renew"],
    notifyTerminated: ["terminated", "end"],
    refused: ["terminated", "end"],
    timerN: ["terminated", "end"],
  },
  pending: {
    notifyPending: ["pending", "renew"],
    notifyActive: ["active", "renew"],
    notifyTerminated: ["terminated", "end"],
    due: ["pending", "refresh"],
    refused: ["terminated", "end"],
    timerN: ["terminated", "end"],
    expired: ["terminated", "end"],
  },
  active: {
    notifyPending: ["pending", "renew"],
    notifyActive: ["active", "renew"],
    notifyTerminated: ["terminated", "end"],
    due: ["active", "refresh"],
    refused: ["terminated", "end"],
    timerN: ["terminated", "end"],
    expired: ["terminated", "end"],
  },
  terminated: {},
};
