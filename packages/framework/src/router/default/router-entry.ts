import type { RE2JS } from "re2js";
import type { SipApplicationRoutingRegion, SipRouteModifier } from "../../api/application-routing.js";
import type { SubscriberIdentity } from "./subscriber-identity.js";
import type { RequestOrigin } from "./request-origin.js";

/** A `sip-router-info` of the configuration: one application in the chain of a method. JSR 289, appendix C. */
export interface RouterEntry {
  readonly applicationName: string;
  readonly subscriber: SubscriberIdentity;
  readonly region: SipApplicationRoutingRegion;
  /** None or one. */
  readonly routes: readonly string[];
  readonly routeModifier: SipRouteModifier;
  /** Its place in the chain: the state information of the configuration. */
  readonly position: number;
  /** Extension: the requests it is for; undefined: all. */
  readonly direction: RequestOrigin | undefined;
  /** Extension: what the text of the request must contain. */
  readonly expression: RE2JS | undefined;
}

/** The chains by method; `ALL` (extension) is that of the methods without a line. */
export type RouterTable = ReadonlyMap<string, readonly RouterEntry[]>;
