import type { TransitionTable } from "../../../transaction/transition-table.js";

/** Where a subscription stands for the notifier; names of RFC 6665 §4.2.2. */
export type NotifierState = "resp_wait" | "pending" | "active" | "terminated";

/** What can happen to it. */
export type NotifierEvent = "granted" | "asked" | "refreshed" | "changed" | "ended" | "failed";

/** What it does. */
export type NotifierAction = "notify" | "notifyLast" | "stop";

/**
 * A subscription as the notifier sees it — RFC 6665 §4.2.2, from the answer to the first SUBSCRIBE on.
 *   resp_wait ─policy grants→ active;  ─policy has to ask→ pending ─granted→ active
 *   any ─expiry, unsubscribe, policy→ terminated with a last NOTIFY;  ─NOTIFY failed→ terminated
 */
export const notifierTable: TransitionTable<NotifierState, NotifierEvent, NotifierAction> = {
  resp_wait: {
    granted: ["active", "notify"],
    asked: ["pending", "notify"],
    ended: ["terminated", "notifyLast"],
  },
  pending: {
    granted: ["active", "notify"],
    refreshed: ["pending", "notify"],
    ended: ["terminated", "notifyLast"],
    failed: ["terminated", "stop"],
  },
  active: {
    asked: ["pending", "notify"],
    refreshed: ["active", "notify"],
    changed: ["active", "notify"],
    ended: ["terminated", "notifyLast"],
    failed: ["terminated", "stop"],
  },
  terminated: {},
};
