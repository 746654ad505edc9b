import type { IncomingMessage } from "node:http";

/** Who may open WebSocket connections. */
export interface UpgradePolicy {
  /** The path that WebSocket clients ask for, such as `/sip`; any when left out. */
  readonly path?: string;
  /**
   * Web pages that may connect, by the Origin their browsers send, such as `https://phone.example.com`; or a function that
   * decides. All when left out: state them wherever cookies tell who a user is.
   */
  readonly allowedOrigins?: readonly string[] | ((origin: string | undefined, request: IncomingMessage) => boolean);
  /** The last word on a handshake, by its headers, cookies or URL. */
  readonly acceptHandshake?: (request: IncomingMessage) => boolean | Promise<boolean>;
}

/** Why an upgrade is refused, as HTTP says it. */
export interface UpgradeRefusal {
  readonly statusCode: 400 | 403 | 404;
  readonly reason: string;
}

/** Tells whether the request is for the path of this listener. */
export function isForPath({ path }: UpgradePolicy, request: IncomingMessage): boolean {
  if (path === undefined) return true;
  const { url = "" } = request;
  const query = url.indexOf("?");
  return (query < 0 ? url : url.slice(0, query)) === path;
}

/** Tells whether the client offers the sub-protocol of SIP. */
export function offersSip({ headers }: IncomingMessage): boolean {
  return (headers["sec-websocket-protocol"] ?? "").split(",").some((each) => each.trim() === "sip");
}

/** What speaks against a handshake, before anybody is asked (RFC 7118 §4.1, RFC 6455 §4.2.2). */
export function upgradeRefusal(policy: UpgradePolicy, request: IncomingMessage): UpgradeRefusal | undefined {
  if (!offersSip(request)) return { statusCode: 400, reason: "The sub-protocol has to be sip" };
  return isAllowedOrigin(policy, request.headers.origin, request)
    ? undefined
    : { statusCode: 403, reason: "This origin may not connect" };
}

/** Programs that are no browsers send no Origin; a list is about web pages alone. */
function isAllowedOrigin(
  { allowedOrigins }: UpgradePolicy,
  origin: string | undefined,
  request: IncomingMessage,
): boolean {
  if (allowedOrigins === undefined) return true;
  if (typeof allowedOrigins === "function") return allowedOrigins(origin, request);
  return origin === undefined || allowedOrigins.includes(origin);
}
