/** An IP address without brackets and a port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Writes an endpoint as `address:port`, IPv6 in brackets. */
export function formatEndpoint({ address, port }: Endpoint): string {
  return `${formatHost(address)}:${port}`;
}

/** Puts an IPv6 address in brackets, as URIs and Via want it (RFC 3261 §25.1). */
export function formatHost(address: string): string {
  return address.includes(":") && !address.startsWith("[") ? `[${address}]` : address;
}

/** `::ffff:192.0.2.1`, as a dual-stack socket says it, becomes `192.0.2.1`. */
export function plainAddress(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}
