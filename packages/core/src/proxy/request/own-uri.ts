import type { SipRequest } from "../../message/sip-request.js";
import type { SipUri } from "../../uri/sip-uri.js";
import type { Uri } from "../../uri/uri.js";

/** Tells whether a host and a port, its default filled in, lead to this element; the transport layer does. */
export interface OwnAddresses {
  isOwnAddress(host: string, port: number): boolean;
}

/** Tells whether a URI leads to this element (RFC 3261 §16.4). `maddr` is not looked at. */
export function isOwnUri(uri: Uri | undefined, own: OwnAddresses): uri is SipUri {
  return uri?.kind === "sip" && own.isOwnAddress(uri.host, portOf(uri));
}

/** Tells whether nobody but this element is meant: no Route is left and the Request-URI leads here. */
export function isForUs(request: SipRequest, own: OwnAddresses): boolean {
  return request.field("route") === undefined && isOwnUri(request.requestUri, own);
}

/** The port of a URI, the default of its scheme and transport filled in (RFC 3261 §19.1.2, RFC 7118 §5.1). */
export function portOf(uri: SipUri): number {
  return uri.port ?? defaultPortOf(uri.isSecure, uri.transport);
}

function defaultPortOf(isSecure: boolean, transport: string | undefined): number {
  if (transport === "wss" || (isSecure && transport === "ws")) return 443;
  if (transport === "ws") return 80;
  return isSecure || transport === "tls" ? 5061 : 5060;
}
