import type { SyncOrPromise } from "../auth/users/sync-or-promise.js";
import type { Contact } from "../headers/contact.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";
import type { Connection } from "../transport/transport.js";
import type { SipUri } from "../uri/sip-uri.js";
import type { ProxyOptions } from "./context/proxy-options.js";
import type { ProxyUser } from "./context/proxy-user.js";
import type { FlowTokens } from "./edge/flow-tokens.js";
import type { Located, ProxyTarget } from "./edge/located-targets.js";

/** What is done with a request that begins something. */
export type RouteDecision =
  /** It goes to these; none of them reachable is 480. */
  | { readonly kind: "targets"; readonly targets: readonly ProxyTarget[]; readonly options?: ProxyOptions }
  /** It goes where its own Route and Request-URI say. */
  | { readonly kind: "forward"; readonly options?: ProxyOptions }
  /** It is answered by 302 with these. */
  | { readonly kind: "redirect"; readonly contacts: readonly Contact[] }
  /** It is answered. */
  | { readonly kind: "answer"; readonly response: SipResponse | number };

/** What a location service may answer. */
export type LookUpResult = readonly Contact[] | Located | undefined;

/** How a proxy for programs without servlets works. */
export interface SipProxyOptions {
  /** The domains this proxy answers for: their users are looked up. Its own addresses count as well. */
  readonly domains?: readonly string[];
  /**
   * The location service: the contacts of a user of these domains, none for one who is not there (480), undefined for one who
   * does not exist (404); or, with paths and flows, what a registrar's look-up gives. A URI with `gr` asks for one instance
   * (RFC 5627 §5.4).
   */
  readonly lookUp?: (uri: SipUri, request: SipRequest) => SyncOrPromise<LookUpResult>;
  /** Decides where a request goes that begins something, in place of `domains` and `lookUp`; undefined leaves it to them. */
  readonly route?: (request: SipRequest, connection: Connection) => SyncOrPromise<RouteDecision | undefined>;
  /** Lets a request pass, or answers it: the place for a 407 (RFC 3261 §16.3 step 6). Not asked for ACK and CANCEL. */
  readonly authorize?: (request: SipRequest, connection: Connection) => SyncOrPromise<SipResponse | undefined>;
  /** The option tags that may stand in Proxy-Require. */
  readonly extensions?: readonly string[];
  /** Stays in the route of dialogs and in the path of registrations, by flow where a user agent needs it (RFC 5626). */
  readonly flows?: FlowTokens;
  /** How each request is proxied. */
  readonly proxy?: ProxyOptions;
  /** Watches over each request that begins something. */
  readonly createUser?: (request: SipRequest) => ProxyUser | undefined;
}
