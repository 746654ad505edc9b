import type {
  SipApplicationRouterInfo,
  SipApplicationRoutingDirective,
  SipApplicationRoutingRegion,
  SipTargetedRequestInfo,
} from "../api/application-routing.js";
import type { SipServletRequest } from "../api/object-model.js";
import type { Awaitable } from "./awaitable.js";

/** What the router is told about an initial request besides the request. */
export interface RoutingState {
  readonly directive: SipApplicationRoutingDirective;
  /** Region of the application the request comes from; undefined for a new request. */
  readonly region: SipApplicationRoutingRegion | undefined;
  /** The application the request is targeted at, which the router need not pick. */
  readonly targetedRequestInfo: SipTargetedRequestInfo | undefined;
  /** What the router returned for the step before; undefined for a new request. */
  readonly stateInfo: unknown;
}

/**
 * Decides which application an initial request goes to next; one per container. JSR 289 §15, `javax.servlet.sip.ar`.
 *
 * It must not change the request, and may be called again before an earlier question is answered. A throw or an
 * undefined answer is a 500 for the request.
 */
export interface SipApplicationRouter {
  /** Called once, before any request. */
  init?(properties: Readonly<Record<string, string>>): Awaitable<void>;
  /** Names of the applications deployed: all at the start, later the new ones. */
  applicationDeployed?(applicationNames: readonly string[]): void;
  applicationUndeployed?(applicationNames: readonly string[]): void;
  /** JSR: five parameters; all but the request are in `state` here. */
  getNextApplication(
    initialRequest: SipServletRequest,
    state: RoutingState,
  ): Awaitable<SipApplicationRouterInfo | undefined>;
  /** Called once, when the container stops. */
  destroy?(): Awaitable<void>;
}

/** Gives the container its router. JSR 289 §15, `javax.servlet.sip.ar.spi.SipApplicationRouterProvider`. */
export interface SipApplicationRouterProvider {
  getSipApplicationRouter(): SipApplicationRouter;
}
