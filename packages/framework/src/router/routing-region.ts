import {
  NEUTRAL_REGION,
  ORIGINATING_REGION,
  TERMINATING_REGION,
  type SipApplicationRoutingRegion,
  type SipApplicationRoutingRegionType,
} from "../api/application-routing.js";

/** A region with a label of one's own. JSR: the constructor of `SipApplicationRoutingRegion`. */
export function routingRegion(label: string, type?: SipApplicationRoutingRegionType): SipApplicationRoutingRegion {
  return Object.freeze({ label, type });
}

/** The region of each type, whose label is the type. */
export const regionsByType: Readonly<Record<SipApplicationRoutingRegionType, SipApplicationRoutingRegion>> = {
  ORIGINATING: ORIGINATING_REGION,
  TERMINATING: TERMINATING_REGION,
  NEUTRAL: NEUTRAL_REGION,
};
