import type { SipRequest } from "../../message/sip-request.js";
import type { DeferredRequestRouter } from "../../transaction/request-route.js";
import type { Connection, Transport } from "../../transport/transport.js";
import type { Uri } from "../../uri/uri.js";
import type { OwnRouteOptions } from "../request/record-route.js";
import type { ForkMode } from "./target-set.js";

/** What holds for all targets of a request, and is the default of what may be said for one of them. */
export interface BranchDefaults {
  /** Whether the contacts of a 3xx are tried; false. Only for targets that this element may choose (RFC 3261 §16.5). */
  readonly recurse?: boolean;
  /** Puts us into the route of the dialog; `true`, or with what our value shall tell. */
  readonly recordRoute?: OwnRouteOptions | boolean;
  /** Puts us into the path of a REGISTER (RFC 3327). */
  readonly path?: OwnRouteOptions | boolean;
  /** The listener to leave from, where several would do. */
  readonly from?: Transport;
  /** Decides the way in place of the router of the sender, unless a connection was given. */
  readonly route?: DeferredRequestRouter;
  /**
   * Milliseconds that the target has for its final response; then it is cancelled and counts as 408. Without it, timer C
   * alone ends an INVITE, the transaction any other request.
   */
  readonly branchTimeout?: number;
}

/** What may be said for one target. */
export interface BranchOptions extends BranchDefaults {
  /** How much the target is wanted, 0 to 1, where targets are tried in groups; 1. */
  readonly q?: number;
  /** The request to copy, in place of the one that came. */
  readonly request?: SipRequest;
  /** Route values to put in front: the Path of a registration, local policy. */
  readonly routes?: readonly string[];
  /** The flow to send down, whatever the URIs say (RFC 5626 §5.3). */
  readonly connection?: Connection;
  /** Other ways to the same user agent, tried one after the other when this one fails with 430 or 408 (RFC 5626 §6). */
  readonly alternatives?: readonly AlternativeTarget[];
}

/** Another way to the user agent behind a target. */
export interface AlternativeTarget {
  readonly uri: Uri | string;
  readonly options?: Omit<BranchOptions, "alternatives">;
}

/**
 * How one request is proxied. Read when needed: an object whose values change is heard until the final response, and for
 * each target until it starts.
 */
export interface ProxyOptions extends BranchDefaults {
  /** How targets are tried; all at once. */
  readonly mode?: ForkMode;
  /** Leaves the other branches alone when one has answered 2xx or 6xx. */
  readonly noCancel?: boolean;
  /** Milliseconds for all targets together; then all are cancelled and the best response is taken. */
  readonly timeout?: number;
  /** Timer C: milliseconds an INVITE may ring, begun anew by each 101–199; 181,000 (RFC 3261 §16.6 step 11). */
  readonly timerC?: number;
  /** Share of Max-Breadth that is kept for targets added while others are tried; 0 (RFC 5393 §5.3.3). */
  readonly breadthReserve?: number;
  /** 440 in place of trying targets in turn when Max-Breadth is too small for all of them. */
  readonly refusesNarrowBreadth?: boolean;
  /** Sends 503 upstream as it is. */
  readonly forwards503?: boolean;
  /** Tells the client of early dialogs that ended, when it can hear it (RFC 6228); true. */
  readonly tellsEndedEarlyDialogs?: boolean;
  /** Most targets that a request may have, redirects included; 64. */
  readonly maxTargets?: number;
  /** Told apart from others by what decides where requests go, beside the message (RFC 5393 §4.2.1). */
  readonly loopSalt?: string;
  /** Another URI for a target whose scheme was refused by 416, such as the SIP form of a tel URI (RFC 3261 §16.7 step 4). */
  readonly otherScheme?: (target: Uri) => Uri | string | undefined;
}

/** Timer C: more than three minutes (RFC 3261 §16.6 step 11). */
export const defaultTimerC = 181_000;
/** Most targets of a request. */
export const defaultMaxTargets = 64;
/** Nothing was said, or all that was said has been let go. */
export const noProxyOptions: ProxyOptions = {};
