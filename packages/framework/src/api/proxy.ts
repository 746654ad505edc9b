import type { Flow } from "./flow.js";
import type { Knot } from "./knot.js";
import type { OutboundInterface } from "./outbound-interface.js";
import type { ProxyTarget } from "./proxy-target.js";
import type { SipUri } from "./sip-uri.js";
import type { Uri } from "./uri.js";

/** One Reason header field of a CANCEL. RFC 3326. */
export interface CancelReason {
  /** `SIP`, `Q.850` or another. */
  readonly protocol: string;
  readonly code: number;
  readonly text?: string;
}

/** Members of `Proxy`: the proxying of one request. JSR 289 §10. */
export abstract class ProxyMembers<K extends Knot> {
  abstract readonly originalRequest: K["SipServletRequest"];

  /**
   * Proxies to one or more targets; may be called again while the best response was not forwarded.
   * Settles when the first branch was handed to the transport.
   *
   * @throws IllegalStateError when the transaction is completed; IllegalArgumentError for an unsupported scheme.
   */
  abstract proxyTo(targets: Uri | ProxyTarget | readonly (Uri | ProxyTarget)[]): Promise<void>;
  /** Branches to be adjusted one by one before `startProxy`. @throws IllegalArgumentError `argument.scheme`. */
  abstract createProxyBranches(targets: readonly (Uri | ProxyTarget)[]): readonly K["ProxyBranch"][];
  /** Starts the branches created. @throws IllegalStateError when there are none, or the transaction is completed. */
  abstract startProxy(): Promise<void>;
  abstract getProxyBranch(uri: Uri): K["ProxyBranch"] | undefined;
  /** The top-level branches. */
  abstract readonly proxyBranches: readonly K["ProxyBranch"][];
  /**
   * Cancels all branches in progress; the best response is chosen from what arrives.
   * JSR has three parallel arrays. @throws IllegalStateError when the transaction is completed.
   */
  abstract cancel(reasons?: readonly CancelReason[]): Promise<void>;

  /** Whether 3xx targets are tried; initially true. */
  abstract recurse: boolean;
  /** Whether subsequent requests pass here; initially false. @throws IllegalStateError once the proxy has started. */
  abstract recordRoute: boolean;
  /** Whether all targets are tried at once, those of a location service in groups of equal q; initially true. */
  abstract parallel: boolean;
  /** Kept for compatibility: the proxy is always stateful. */
  abstract stateful: boolean;
  /** Whether the application sees the responses; initially true. */
  abstract supervised: boolean;
  /** Whether a Path is added to a REGISTER; initially false. RFC 3327. */
  abstract addToPath: boolean;
  /** Seconds; initially the application's. @throws IllegalArgumentError when it is not positive. */
  abstract proxyTimeout: number;
  /** Seconds. Kept for compatibility, the same as `proxyTimeout` of a sequential search. */
  abstract sequentialSearchTimeout: number;
  /** Whether other branches are left alone after a 2xx; initially false. */
  abstract noCancel: boolean;

  /** JSR: `getRecordRouteURI`. @throws IllegalStateError unless `recordRoute` is set. */
  abstract getRecordRouteUri(): SipUri;
  /** JSR: `getPathURI`. @throws IllegalStateError unless `addToPath` is set. */
  abstract getPathUri(): SipUri;
  /** @throws IllegalArgumentError when it is not one of the configured outbound interfaces. */
  abstract setOutboundInterface(outboundInterface: OutboundInterface): void;
  /** The flow the request came on, or the one it is to take. JSR 359, RFC 5626. */
  abstract flow: Flow | undefined;
}
