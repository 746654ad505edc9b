/** Where a request of an application comes from, seen by the application router. JSR 289 §15. */
export type SipApplicationRoutingDirective = "NEW" | "CONTINUE" | "REVERSE";

/** On whose behalf an application is invoked. JSR 289 §15. */
export type SipApplicationRoutingRegionType = "ORIGINATING" | "TERMINATING" | "NEUTRAL";

/** What the container does with the routes an application router returned. JSR 289 §15. */
export type SipRouteModifier = "ROUTE" | "ROUTE_BACK" | "NO_ROUTE";

/** How an initial request names an application it is meant for. JSR 289 §15. */
export type SipTargetedRequestType = "ENCODED_URI" | "JOIN" | "REPLACES";

/** A routing region: its type, and a label routers may choose freely. JSR 289 §15. */
export interface SipApplicationRoutingRegion {
  readonly label: string;
  readonly type: SipApplicationRoutingRegionType | undefined;
}

/** The application an initial request is targeted at. JSR 289 §15. */
export interface SipTargetedRequestInfo {
  readonly type: SipTargetedRequestType;
  readonly applicationName: string;
}

/** The answer of an application router. JSR 289 §15. */
export interface SipApplicationRouterInfo {
  /** Undefined: no application is left, the request leaves the container. */
  readonly nextApplicationName?: string;
  readonly routingRegion?: SipApplicationRoutingRegion;
  /** SIP or tel URI of the subscriber the application is invoked for. JSR: `getSubscriberURI`. */
  readonly subscriberUri?: string;
  readonly routes?: readonly string[];
  /** `NO_ROUTE` when absent. */
  readonly routeModifier?: SipRouteModifier;
  /** Plain data the container keeps with the request and gives back with the next question. */
  readonly stateInfo?: unknown;
}

const region = (type: SipApplicationRoutingRegionType): SipApplicationRoutingRegion =>
  Object.freeze({ label: type, type });

/** The calling party's services. JSR: `SipApplicationRoutingRegion.ORIGINATING_REGION`. */
export const ORIGINATING_REGION = region("ORIGINATING");
/** The called party's services. JSR: `SipApplicationRoutingRegion.TERMINATING_REGION`. */
export const TERMINATING_REGION = region("TERMINATING");
/** Neither party's. JSR: `SipApplicationRoutingRegion.NEUTRAL_REGION`. */
export const NEUTRAL_REGION = region("NEUTRAL");
