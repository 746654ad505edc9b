import type { IncomingMessage } from "node:http";
import type { OriginPolicy } from "./http-options.js";

/**
 * Tells whether the web page a handshake comes from may connect (RFC 6455 §10.2). Programs that are no browsers send no
 * Origin: the policy is about pages, which otherwise act with the cookies of their visitor.
 */
export function mayConnect(policy: OriginPolicy, request: IncomingMessage, publicUrl: URL | undefined): boolean {
  const { origin } = request.headers;
  if (origin === undefined || policy === "*") return true;
  if (typeof policy === "function") return policy(origin, request);
  if (policy !== "same-origin") return policy.includes(origin);
  if (origin === publicUrl?.origin) return true;
  return URL.canParse(origin) && new URL(origin).host === request.headers.host?.toLowerCase();
}
