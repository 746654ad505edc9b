import type { NameAddress } from "../../headers/name-address.js";
import { canonicalHost } from "../../grammar/host.js";
import type { Transport } from "../../transport/transport.js";
import type { SipUri } from "../../uri/sip-uri.js";
import { portOf } from "../request/own-uri.js";

/**
 * The listener that the second half of a double Record-Route names: the request leaves where the other side of the dialog
 * has always seen us (RFC 5658 §4.2).
 */
export function outboundListener(
  popped: readonly NameAddress[],
  transports: readonly Transport[],
): Transport | undefined {
  const uri = popped[1]?.uri;
  return uri?.kind === "sip" ? namedListener(uri, transports) : undefined;
}

/** The listener whose transport, host and port a URI names. */
export function namedListener(uri: SipUri, transports: readonly Transport[]): Transport | undefined {
  return transports.find((each) => isNamed(each, uri));
}

function isNamed({ protocol, local, advertised }: Transport, uri: SipUri): boolean {
  if (protocol !== protocolOf(uri)) return false;
  const host = canonicalHost(uri.host);
  const port = portOf(uri);
  if (advertised !== undefined && canonicalHost(advertised.host) === host) {
    return (advertised.port ?? local.port) === port;
  }
  return local.port === port && canonicalHost(local.address) === host;
}

function protocolOf({ transport = "udp", isSecure }: SipUri): string {
  if (!isSecure) return transport;
  return transport === "ws" || transport === "wss" ? "wss" : "tls";
}
