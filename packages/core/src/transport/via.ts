import { formatHostPort } from "../grammar/host.js";
import type { Via } from "../headers/via.js";
import type { ReachableAddress } from "./reachable-address.js";
import type { TransportProtocol } from "./transport.js";

const defaultPorts: Readonly<Record<TransportProtocol, number>> = {
  udp: 5060,
  tcp: 5060,
  sctp: 5060,
  tls: 5061,
  "tls-sctp": 5061,
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

const viaStarts: Readonly<Record<TransportProtocol, string>> = {
  udp: "SIP/2.0/UDP ",
  tcp: "SIP/2.0/TCP ",
  tls: "SIP/2.0/TLS ",
  ws: "SIP/2.0/WS ",
  wss: "SIP/2.0/WSS ",
  sctp: "SIP/2.0/SCTP ",
  "tls-sctp": "SIP/2.0/TLS-SCTP ",
};

/** What else our Via says about the way a request takes. */
export interface ViaMarks {
  /** Asks the next hop to send its own requests by this connection too: `alias` (RFC 5923 §5). */
  readonly alias?: boolean;
  /** The multicast group that the request goes to: `maddr` and `ttl` (RFC 3261 §18.1.1). */
  readonly multicast?: string;
}

/** Writes our Via value (RFC 3261 §18.1.1), asking for `rport` on UDP (RFC 3581 §3). */
export function viaText(
  protocol: TransportProtocol,
  sentBy: ReachableAddress,
  branch: string,
  marks?: ViaMarks,
): string {
  const start = viaStarts[protocol] + formatHostPort(sentBy.host, sentBy.port);
  const ask = protocol === "udp" ? ";rport;branch=" : ";branch=";
  const alias = marks?.alias === true ? ";alias" : "";
  const multicast = marks?.multicast === undefined ? "" : `;maddr=${marks.multicast};ttl=1`;
  return start + ask + branch + multicast + alias;
}
