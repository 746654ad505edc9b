import type { SipRequest } from "../message/sip-request.js";
import type { Uri } from "../uri/uri.js";

/**
 * Tells whether the Contact of an answer to this request has to be a sips URI: the Request-URI is one, or the topmost
 * Record-Route, or — no proxy stays in the path — the Contact of the request. RFC 3261 §12.1.1
 */
export function needsSecureContact(request: SipRequest): boolean {
  if (isSecure(request.requestUri)) return true;
  const [recordRoute] = request.get("Record-Route");
  if (recordRoute !== undefined) return isSecure(recordRoute.uri);
  const [contact] = request.get("Contact");
  return contact !== undefined && isSecure(contact.uri);
}

/**
 * Tells whether the Contact of a request has to be a sips URI: the Request-URI is one, or the topmost Route.
 * RFC 3261 §8.1.1.8
 */
export function needsSecureOwnContact(request: SipRequest): boolean {
  const [route] = request.get("Route");
  return isSecure(request.requestUri) || (route !== undefined && isSecure(route.uri));
}

function isSecure(uri: Uri | undefined): boolean {
  return uri?.kind === "sip" && uri.isSecure;
}
