import { systemClock } from "../clock/system-clock.js";
import { MachineAddresses } from "./machine-addresses.js";
import { withoutZone, type Endpoint } from "./endpoint.js";
import type { Transport } from "./transport.js";

/** Host and port under which a peer reaches one of our listeners; IPv6 without brackets. */
export interface ReachableAddress {
  readonly host: string;
  /** Left out for an element that nobody can call: a WebSocket client and its `.invalid` host (RFC 7118 §5). */
  readonly port?: number;
}

/** Tells whether a listener on that address listens on all addresses of the machine. */
export function isWildcard(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

/**
 * The one decision about what stands in Via, Contact and Record-Route, in requests and responses (RFC 3261 §18.1.1,
 * §8.1.1.8, §16.6 step 4): the advertised address of the listener, unless the peer is in a network that is marked as
 * local; else the address it is bound to; else — bound to all addresses — one of this machine that the peer can use.
 */
export function reachableAddress(transport: Transport, remote: Endpoint): ReachableAddress {
  const { advertised, local, localNetworks } = transport;
  if (advertised !== undefined && !localNetworks?.includes(remote.address)) {
    const port = advertised.port ?? local.port;
    return port === 0 ? { host: advertised.host } : { host: advertised.host, port };
  }
  if (!isWildcard(local.address)) return { host: withoutZone(local.address), port: local.port };
  const machine = transport.machine ?? new MachineAddresses(systemClock);
  return { host: machine.addressFor(remote.address), port: local.port };
}
