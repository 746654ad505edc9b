import { EngineError } from "../errors/engine-error.js";
import type { TransportProtocol } from "../transport/transport.js";

/** Where to listen, taken apart. */
export interface ListenPoint {
  readonly protocol: TransportProtocol;
  /** IP address without brackets; `0.0.0.0` and `::` mean all. */
  readonly address: string;
  /** 0 means any free port. */
  readonly port: number;
}

const form = /^(udp|tcp|tls|ws|wss):(?:\/\/)?(\[[^\]]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i;
const defaultPorts: Readonly<Record<string, number>> = { udp: 5060, tcp: 5060, tls: 5061, ws: 80, wss: 443 };

/**
 * Reads `udp:0.0.0.0:5060`, `tcp:[::1]:5060`, `tls:192.0.2.1`; the port is the usual one of the protocol when left out.
 * @throws EngineError `transport.listen`
 */
export function parseListenPoint(text: string): ListenPoint {
  const match = form.exec(text.trim());
  const protocol = match?.[1]?.toLowerCase() ?? "";
  const port = match?.[3] === undefined ? (defaultPorts[protocol] ?? 5060) : Number(match[3]);
  const address = match?.[2]?.replace(/^\[|\]$/g, "");
  if (match === null || address === undefined || port > 65_535) {
    const detail = `"${text}" is no listen point; write protocol:address:port, such as "udp:0.0.0.0:5060" or "tcp:[::1]:5060"`;
    throw new EngineError("transport.listen", { detail });
  }
  return { protocol: protocol as TransportProtocol, address: address === "localhost" ? "127.0.0.1" : address, port };
}
