import type { HopProtocol } from "./protocols.js";

/** What a message is addressed to: the parts of a URI that server location looks at (RFC 3263 §4). */
export interface LocateTarget {
  /** The URI is `sips`, or is to be treated as one. */
  readonly secure: boolean;
  /** The `maddr` parameter if there is one, else the host; IPv6 with or without brackets. */
  readonly host: string;
  readonly port?: number;
  /** The `transport` parameter. */
  readonly transport?: string;
}

/** What a response is addressed to, once the direct ways have failed: the top Via (RFC 3263 §5). */
export interface LocateResponseTarget {
  /** The transport that the Via names. */
  readonly protocol: HopProtocol;
  /** Host of sent-by. */
  readonly host: string;
  /** Port of sent-by. */
  readonly port?: number;
}

/** What led to a hop: an IP literal, the addresses of the domain itself, SRV records, or SRV records by way of NAPTR. */
export type HopSource = "numeric" | "address" | "srv" | "naptr";

/** One server that may be tried. */
export interface NextHop {
  readonly protocol: HopProtocol;
  /** IP literal without brackets. */
  readonly address: string;
  readonly port: number;
  readonly family: 4 | 6;
  /** The name its certificate must show: the domain asked for, never the name of a server (RFC 5922 §4). */
  readonly domain: string;
  /** The name that has this address; the address itself for an IP literal. */
  readonly host: string;
  readonly source: HopSource;
}

/** Tells servers apart. Over TLS one address may serve several domains, and fail for one of them only. */
export function hopKey({ protocol, address, port, domain }: NextHop): string {
  const key = `${protocol}:${address}:${port}`;
  return protocol === "tls" || protocol === "wss" ? `${key}:${domain}` : key;
}
