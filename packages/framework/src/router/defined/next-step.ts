import type {
  SipApplicationRouterInfo,
  SipApplicationRoutingRegion,
  SipApplicationRoutingRegionType,
  SipRouteModifier,
} from "../../api/application-routing.js";
import type { Address } from "../../api/address.js";
import type { Uri } from "../../api/uri.js";
import { regionsByType } from "../routing-region.js";

/** A URI, or where one stands. */
export type UriSource = string | Uri | Address;

/** The next application of a request, as a router in code names it. */
export interface NextStep<Name extends string = string> {
  readonly application: Name;
  /** `NEUTRAL` if absent. */
  readonly region?: SipApplicationRoutingRegionType | SipApplicationRoutingRegion;
  /** The subscriber the application serves: a SIP or tel URI. */
  readonly subscriber?: UriSource;
}

/** The routes of a request, as a router in code gives them. The first one is the first to be visited. */
export interface RouteStep {
  readonly routes?: readonly UriSource[];
  /** `ROUTE` where routes are given, else `NO_ROUTE`. */
  readonly modifier?: SipRouteModifier;
}

/** What the container is told. */
export function infoOfStep(step: Partial<NextStep> & RouteStep, stateInfo: unknown): SipApplicationRouterInfo {
  const { application, region = "NEUTRAL", subscriber, routes = [], modifier } = step;
  return {
    nextApplicationName: application,
    routingRegion: typeof region === "string" ? regionsByType[region] : region,
    subscriberUri: subscriber === undefined ? undefined : uriText(subscriber),
    routes: routes.map(String),
    routeModifier: modifier ?? (routes.length > 0 ? "ROUTE" : "NO_ROUTE"),
    stateInfo,
  };
}

function uriText(source: UriSource): string | undefined {
  return typeof source === "object" && "isWildcard" in source ? source.uri?.toString() : String(source);
}
