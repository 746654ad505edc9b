import type { Address } from "./address.js";
import type { SipApplicationRoutingDirective, SipApplicationRoutingRegion } from "./application-routing.js";
import type { AuthInfo } from "./auth-info.js";
import type { Knot } from "./knot.js";
import type { SipServletContext } from "./sip-servlet-context.js";
import { SipServletMessageMembers } from "./sip-servlet-message.js";
import type { SipUri } from "./sip-uri.js";
import type { Uri } from "./uri.js";

/** Members of `SipServletRequest`. JSR 289 §5. */
export abstract class SipServletRequestMembers<K extends Knot> extends SipServletMessageMembers<K> {
  /** JSR: `getRequestURI`, `setRequestURI`. */
  abstract requestUri: Uri;
  /** Whether the Request-URI leads to this container. JSR 359. */
  abstract readonly isRequestUriInternal: boolean;
  /** Whether the request began application selection: it belongs to no dialog known here. JSR 289 §5, §15. */
  abstract readonly isInitial: boolean;
  /** Unique in the session, see `SipSession.getActiveRequest`. JSR 359. */
  abstract readonly id: string;
  /** Undefined when the field is absent (JSR: -1). Assigning anything outside 0–255 throws IllegalArgumentError. */
  abstract maxForwards: number | undefined;
  /** Undefined when the field is absent. JSR 359, RFC 5393. */
  abstract maxBreadth: number | undefined;

  /**
   * Adds the topmost Route.
   *
   * @throws IllegalStateError for a subsequent request, whose routes are the dialog's; IllegalArgumentError when the
   * address has no SIP URI.
   */
  abstract pushRoute(route: SipUri | Address): void;
  /** The Route of this container that was removed before this application saw the request. */
  abstract readonly poppedRoute: Address | undefined;
  /** The Route that was removed when the request entered the container. */
  abstract readonly initialPoppedRoute: Address | undefined;

  /**
   * A response to this request, to be changed and sent.
   *
   * @param reason undefined: the usual phrase of the status
   * @throws IllegalArgumentError `argument.status` outside 100–699; IllegalStateError when a final response was sent
   * (by the container too, as after CANCEL), for a request that was not received, and for ACK.
   */
  abstract createResponse(status: number, reason?: string): K["SipServletResponse"];
  /** A CANCEL for this request. @throws IllegalStateError when this is no INVITE of ours that awaits its answer. */
  abstract createCancel(): K["SipServletRequest"];
  /** Another early dialog on a received INVITE. JSR 359. @throws IllegalStateError when it is not in progress. */
  abstract createInviteBranch(): K["InviteBranch"];
  /** The final response of this transaction, if there is one. JSR 359. */
  abstract readonly finalResponse: K["SipServletResponse"] | undefined;
  /** On ACK and PRACK: the response they acknowledge. JSR 359. */
  abstract readonly acknowledgedResponse: K["SipServletResponse"] | undefined;

  /**
   * The proxy of this transaction, made at the first call; from then on the application is a proxy for this request.
   * With `create` false: undefined when there is none.
   *
   * @throws TooManyHopsError when Max-Forwards is 0; IllegalStateError when a final response was generated or
   * `getB2buaHelper` was called.
   */
  abstract getProxy(): K["Proxy"];
  abstract getProxy(create: boolean): K["Proxy"] | undefined;
  /** The B2BUA helper; the request can no longer be proxied. @throws IllegalStateError after `getProxy`. */
  abstract getB2buaHelper(): K["B2buaHelper"];

  /** Region the application serves. @throws IllegalStateError when the request is not initial. JSR 289 §15. */
  abstract getRegion(): SipApplicationRoutingRegion;
  /** Subscriber the application serves. JSR: `getSubscriberURI`. @throws IllegalStateError when not initial. */
  abstract getSubscriberUri(): Uri | undefined;
  /** @throws IllegalStateError when the request is not initial. */
  abstract getRoutingDirective(): SipApplicationRoutingDirective;
  /**
   * Tells the application router how this new request relates to another one.
   *
   * @param originalRequest required for CONTINUE and REVERSE; must be initial
   * @throws IllegalStateError when this is not the first, unsent request of its session, or `originalRequest` is not
   * initial.
   */
  abstract setRoutingDirective(
    directive: SipApplicationRoutingDirective,
    originalRequest?: K["SipServletRequest"],
  ): void;

  /** Adds credentials for every challenge of a 401 or 407 whose realm `info` knows. RFC 3261 §22. */
  abstract addAuthHeader(challenge: K["SipServletResponse"], info: AuthInfo): void;
  /** Adds credentials for every challenge of a 401 or 407. */
  abstract addAuthHeader(challenge: K["SipServletResponse"], username: string, password: string): void;

  /**
   * A parameter the application put on its Record-Route (subsequent requests), of the Route that selected it, or of the
   * Request-URI (initial requests). JSR 289 §5.
   */
  abstract getParameter(name: string): string | undefined;
  abstract getParameterNames(): readonly string[];
  abstract getParameterValues(name: string): readonly string[];
  abstract getParameterMap(): ReadonlyMap<string, readonly string[]>;

  abstract readonly servletContext: SipServletContext;
}
