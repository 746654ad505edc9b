import type { Uri } from "./uri.js";

/** One way to a user agent, as a location service knows it. */
export interface ProxyWay {
  /** Request-URI of what is sent. */
  readonly uri: Uri;
  /** Values of Route to put in front, in order: the Path of a registration. RFC 3327 §5.3. */
  readonly routes?: readonly string[];
  /** Token of the flow to send down, see `Flow.token`. RFC 5626 §5.3. */
  readonly flow?: string;
  /** False: `uri` leads there as well once the flow is gone. True when left out. */
  readonly isFlowBound?: boolean;
}

/** A target of a proxy with what is known of the ways to it; a `Uri` alone is one as well. */
export interface ProxyTarget extends ProxyWay {
  /** How much it is wanted, 0 to 1; 1. A parallel proxy tries those of equal q at once, the most wanted first. RFC 3261 §16.6. */
  readonly q?: number;
  /** Other ways to the same user agent, tried one after the other when one fails with 430 or 408. RFC 5626 §6. */
  readonly alternatives?: readonly ProxyWay[];
}
