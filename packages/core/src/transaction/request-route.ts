import type { SipRequest } from "../message/sip-request.js";
import type { Connection } from "../transport/transport.js";
import type { Uri } from "../uri/uri.js";

/** Where a request goes, decided before any server is looked for. What is left out stays as it was. */
export interface RequestRoute {
  /** The request in place of the one given: Routes pushed, our own taken away. */
  readonly request?: SipRequest;
  /** Sends there and nowhere else. */
  readonly connection?: Connection;
}

/**
 * Decides at once about a request that was given no connection. `nextHop` is a strict router that became its Request-URI.
 * Undefined: by Route and Request-URI.
 */
export type RequestRouter = (request: SipRequest, nextHop?: Uri) => RequestRoute | undefined;

/** As `RequestRouter`; a promise holds the request back, and a CANCEL meanwhile ends it. */
export type DeferredRequestRouter = (
  request: SipRequest,
  nextHop?: Uri,
) => RequestRoute | undefined | Promise<RequestRoute | undefined>;
