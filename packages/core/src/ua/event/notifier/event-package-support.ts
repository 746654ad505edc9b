import type { SyncOrPromise } from "../../../auth/users/sync-or-promise.js";
import type { BodyInput } from "../../../message/message-builder.js";
import type { SipRequest } from "../../../message/sip-request.js";

/** State of a resource as a NOTIFY carries it. */
export interface EventState {
  readonly body: BodyInput;
  readonly contentType: string;
}

/** What policy says of a new subscription: yes, later (the state is not told before), or the status of the refusal. */
export type SubscriptionDecision = "active" | "pending" | { readonly statusCode: number };

/** Why a notifier ends a subscription (RFC 6665 §4.1.3). */
export type TerminationReason =
  | "deactivated"
  | "probation"
  | "rejected"
  | "timeout"
  | "giveup"
  | "noresource"
  | "invariant";

/** A subscription as an event package sees it. */
export interface WatchedSubscription {
  /** URI of the resource that is watched. */
  readonly resource: string;
  /** Who watches: URI of the From. */
  readonly subscriber: string;
  /** Types the subscriber takes. */
  readonly accept: readonly string[];
  /** Seconds left. */
  readonly secondsLeft: number;
  /** Tells the state once more: it changed. */
  notify(): void;
  /** Policy says yes: pending becomes active. */
  grant(): void;
  /** Ends it with a last NOTIFY. `retryAfter` in seconds, for `probation` and `giveup`. */
  terminate(reason: TerminationReason, retryAfter?: number): void;
}

/** An event package as a notifier needs it (RFC 6665 §5): `presence`, `dialog`, `message-summary`, or one of one's own. */
export interface EventPackageSupport {
  /** Name with its templates. */
  readonly name: string;
  /** Types a NOTIFY may carry, the usual one first. */
  readonly contentTypes: readonly string[];
  /** Seconds where the SUBSCRIBE names none; 3600. RFC 6665 §5.4.4 */
  readonly defaultExpires?: number;
  /** Less (and less than an hour) is answered with 423; 60. */
  readonly minExpires?: number;
  /** More is shortened; 86400. */
  readonly maxExpires?: number;
  /** May they? `user` is who authenticated. Everybody may when left out. */
  decide?(request: SipRequest, user: string | undefined): SyncOrPromise<SubscriptionDecision>;
  /** The whole state of the resource in a type that was accepted; undefined: a NOTIFY without body. */
  state(subscription: WatchedSubscription): EventState | undefined;
  /** A subscription began; keep it to tell of changes by `notify`. */
  onSubscribed?(subscription: WatchedSubscription): void;
  /** It is over. */
  onTerminated?(subscription: WatchedSubscription, reason: string | undefined): void;
}
