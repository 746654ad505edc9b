/** The transports a next hop can be reached over. */
export type HopProtocol = "udp" | "tcp" | "tls" | "ws" | "wss";

/** How a transport stands in URIs, in the DNS and on the wire. */
export interface ProtocolRow {
  /** RFC 3261 §19.1.2, RFC 7118 §5. */
  readonly port: number;
  /** TLS below it: what `sips` asks for. */
  readonly secure: boolean;
  /** Service field of its NAPTR records: RFC 3263 §4.1, RFC 7118 §11.2. */
  readonly naptrService: string;
  /** What stands before the domain in its SRV records. For WebSocket practice, no RFC names it. */
  readonly srvPrefix: string;
}

/** All transports with their names and numbers. */
export const protocolTable: Readonly<Record<HopProtocol, ProtocolRow>> = {
  udp: { port: 5060, secure: false, naptrService: "SIP+D2U", srvPrefix: "_sip._udp." },
  tcp: { port: 5060, secure: false, naptrService: "SIP+D2T", srvPrefix: "_sip._tcp." },
  tls: { port: 5061, secure: true, naptrService: "SIPS+D2T", srvPrefix: "_sips._tcp." },
  ws: { port: 80, secure: false, naptrService: "SIP+D2W", srvPrefix: "_sip._ws." },
  wss: { port: 443, secure: true, naptrService: "SIPS+D2W", srvPrefix: "_sips._ws." },
};

/** The transport that a `transport` parameter means; undefined when there is none such, or none with TLS for `sips`. */
export function readTransport(transport: string, secure: boolean): HopProtocol | undefined {
  switch (transport) {
    case "udp":
      return secure ? undefined : "udp";
    case "tcp":
      return secure ? "tls" : "tcp";
    case "ws":
      return secure ? "wss" : "ws";
    case "tls": // deprecated by RFC 3261 §26.2.2, still in use
    case "wss": // no registered value, still in use
      return transport;
    default:
      return undefined;
  }
}
