import { formatHostPort } from "../grammar/host.js";

/** An IP address without brackets and a port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Writes an endpoint as `address:port`, IPv6 in brackets. */
export function formatEndpoint({ address, port }: Endpoint): string {
  return formatHostPort(address, port);
}

/** `::ffff:192.0.2.1`, as a dual-stack socket says it, becomes `192.0.2.1`. */
export function plainAddress(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}

/** Takes off the zone that a link-local address carries on this machine alone: `fe80::1%eth0` becomes `fe80::1`. */
export function withoutZone(address: string): string {
  const zone = address.indexOf("%");
  return zone < 0 ? address : address.slice(0, zone);
}

/** Tells whether octets can be sent to such a port. */
export function isPort(port: number): boolean {
  return port > 0 && port <= 65_535;
}

/** Tells whether both are the same address and port. */
export function sameEndpoint(one: Endpoint, other: Endpoint): boolean {
  return one.port === other.port && one.address === other.address;
}
