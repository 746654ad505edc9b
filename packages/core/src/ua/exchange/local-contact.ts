import { reachableAddress } from "../../transport/reachable-address.js";
import type { Connection } from "../../transport/transport.js";
import { SipUri } from "../../uri/sip-uri.js";

/** What is told of ourselves in a Contact. */
export interface LocalContactOptions {
  readonly user?: string | undefined;
  readonly isSecure?: boolean | undefined;
}

/**
 * The URI under which the peer of a connection reaches us (RFC 3261 §8.1.1.8): our address as that peer sees it, and the
 * protocol unless it is the default.
 */
export function localContact(connection: Connection, { user, isSecure }: LocalContactOptions = {}): SipUri {
  const { host, port } = reachableAddress(connection.transport, connection.remote);
  const { protocol } = connection.transport;
  const scheme = isSecure ? "sips" : "sip";
  const parameters = protocol === "udp" ? {} : { transport: sipsTransport(protocol, isSecure) };
  return SipUri.create({ scheme, user, host, port, parameters });
}

/** In a sips URI `tcp` and `ws` say what runs below TLS (RFC 5630 §3.1.4, RFC 7118 §5). */
function sipsTransport(protocol: string, isSecure = false): string {
  if (protocol === "wss") return "ws";
  return isSecure && protocol === "tls" ? "tcp" : protocol;
}
