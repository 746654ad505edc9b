import type { SubscriptionState } from "../../../headers/subscription-state.js";

/** When to subscribe again, in a dialog of its own (RFC 6665 §4.1.3). */
export type SubscriptionRetry =
  | { readonly kind: "now" }
  | { readonly kind: "after"; readonly seconds: number }
  /** When one likes. */
  | { readonly kind: "any-time" }
  | { readonly kind: "never" };

/** Why a subscription is over. */
export interface SubscriptionEnd {
  /** Reason of the NOTIFY; `timeout` also when it ran out unheard. Undefined when none was told. */
  readonly reason: string | undefined;
  /** Status of the answer that ended it, 408 when nobody answered. */
  readonly statusCode: number | undefined;
  readonly retry: SubscriptionRetry;
}

/** How long to wait where the notifier asks to come later and names no time, in seconds. */
const defaultWait = 60;

/** What a terminated state asks for: the table of RFC 6665 §4.1.3. */
export function retryOf({ reason, retryAfter }: Pick<SubscriptionState, "reason" | "retryAfter">): SubscriptionRetry {
  switch (reason) {
    case "deactivated":
    case "timeout":
      return { kind: "now" };
    case "rejected":
    case "noresource":
    case "invariant":
      return { kind: "never" };
    case "probation":
    case "giveup":
      return { kind: "after", seconds: retryAfter ?? defaultWait };
    default:
      return retryAfter === undefined ? { kind: "any-time" } : { kind: "after", seconds: retryAfter };
  }
}
