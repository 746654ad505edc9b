import type { Flow } from "./flow.js";
import type { Knot } from "./knot.js";
import type { OutboundInterface } from "./outbound-interface.js";
import type { CancelReason } from "./proxy.js";
import type { SipUri } from "./sip-uri.js";

/** Members of `ProxyBranch`: one target of a proxied request. JSR 289 §10. */
export abstract class ProxyBranchMembers<K extends Knot> {
  abstract readonly proxy: K["Proxy"];
  /** The request of this branch; changeable before the branch starts. */
  abstract readonly request: K["SipServletRequest"];
  /** The last response received. */
  abstract readonly response: K["SipServletResponse"] | undefined;
  abstract readonly isStarted: boolean;
  /** Cancels this branch and what grew out of it. @throws IllegalStateError when all of it is completed. */
  abstract cancel(reasons?: readonly CancelReason[]): Promise<void>;

  /** Seconds; initially the proxy's. @throws IllegalArgumentError above the timeout of a parallel proxy. */
  abstract proxyBranchTimeout: number;
  abstract recurse: boolean;
  /** @throws IllegalStateError once the branch has started. */
  abstract recordRoute: boolean;
  abstract addToPath: boolean;
  /** JSR: `getRecordRouteURI`. @throws IllegalStateError unless `recordRoute` is set. */
  abstract getRecordRouteUri(): SipUri;
  /** JSR: `getPathURI`. @throws IllegalStateError unless `addToPath` is set. */
  abstract getPathUri(): SipUri;
  /** Branches made from the 3xx this one received. */
  abstract readonly recursedProxyBranches: readonly K["ProxyBranch"][];
  /** @throws IllegalArgumentError when it is not one of the configured outbound interfaces. */
  abstract setOutboundInterface(outboundInterface: OutboundInterface): void;
  /** The flow this branch is to take. JSR 359, RFC 5626. */
  abstract flow: Flow | undefined;
}
