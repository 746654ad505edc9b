import type { Via } from "../headers/via.js";
import { replaceTopVia } from "../message/top-via.js";
import type { SipRequest } from "../message/sip-request.js";
import { formatHost, type Endpoint } from "./endpoint.js";
import type { ReachableAddress } from "./reachable-address.js";
import type { TransportProtocol } from "./transport.js";

const defaultPorts: Readonly<Record<TransportProtocol, number>> = {
  udp: 5060,
  tcp: 5060,
  sctp: 5060,
  tls: 5061,
  ws: 80,
  wss: 443,
};

/** The port that holds where none is written (RFC 3261 §18.1.1, RFC 7118 §10). */
export function defaultPort(protocol: TransportProtocol): number {
  return defaultPorts[protocol];
}

/** Port of a sent-by, with the default of its transport filled in. */
export function viaPort(via: Via): number {
  return via.port ?? defaultPorts[via.transport.toLowerCase() as TransportProtocol] ?? 5060;
}

const viaTransports: Readonly<Record<TransportProtocol, string>> = {
  udp: "UDP",
  tcp: "TCP",
  tls: "TLS",
  ws: "WS",
  wss: "WSS",
  sctp: "SCTP",
};

/** Writes our Via value (RFC 3261 §18.1.1), asking for `rport` on UDP (RFC 3581 §3). */
export function viaText(
  protocol: TransportProtocol,
  sentBy: ReachableAddress,
  branch: string,
): string {
  const ask = protocol === "udp" ? ";rport" : "";
  return `SIP/2.0/${viaTransports[protocol]} ${formatHost(sentBy.host)}:${sentBy.port}${ask};branch=${branch}`;
}

/**
 * Writes into the top Via of a request just received where it came from: `received` when sent-by does not tell it or
 * `rport` was asked for, and the value of `rport`. RFC 3261 §18.2.1, RFC 3581 §4.
 */
export function recordSource(request: SipRequest, remote: Endpoint): void {
  const via = request.topVia;
  const asksPort = via.rport !== undefined;
  if (!asksPort && via.received === undefined && via.host.toLowerCase() === remote.address) return;
  replaceTopVia(request, (text) => {
    const cleaned = text.replace(/;\s*(?:received|rport)(?:\s*=\s*[^;,\s]*)?(?=\s*(?:;|$))/gi, "");
    const port = asksPort ? `;rport=${remote.port}` : "";
    return `${cleaned};received=${remote.address}${port}`;
  });
}

/** Where the answer to a request goes over UDP (RFC 3261 §18.2.2, RFC 3581 §4). */
export function responseDestination(via: Via, remote: Endpoint): Endpoint {
  if (via.maddr !== undefined) return { address: via.maddr, port: via.port ?? 5060 };
  if (typeof via.rport === "number") return remote;
  return { address: via.received ?? remote.address, port: viaPort(via) };
}
