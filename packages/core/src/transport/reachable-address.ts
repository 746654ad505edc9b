import { networkInterfaces } from "node:os";
import type { Endpoint } from "./endpoint.js";
import type { Transport } from "./transport.js";

/** Host and port under which a peer reaches one of our listeners; IPv6 without brackets. */
export interface ReachableAddress {
  readonly host: string;
  readonly port: number;
}

const wildcards = new Set(["0.0.0.0", "::"]);

/**
 * The one decision about what stands in Via, Contact and Record-Route (RFC 3261 §18.1.1, §8.1.1.8, §16.6 step 4): the
 * advertised address of the listener, else the address it is bound to, else — bound to all addresses — one of this
 * machine that the peer can use.
 */
export function reachableAddress(transport: Transport, remote: Endpoint): ReachableAddress {
  const { advertised, local } = transport;
  if (advertised !== undefined)
    return { host: advertised.host, port: advertised.port ?? local.port };
  if (!wildcards.has(local.address)) return { host: local.address, port: local.port };
  return { host: machineAddress(remote.address), port: local.port };
}

/** An address of this machine for talking to `remote`: loopback for loopback, the same network, any other. */
export function machineAddress(remote: string): string {
  const family = remote.includes(":") ? "IPv6" : "IPv4";
  if (remote.startsWith("127.") || remote === "::1")
    return remote.startsWith("127.") ? "127.0.0.1" : "::1";
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const own = addresses.filter(
    (each) => each.family === family && !each.internal && !each.address.startsWith("fe80:"),
  );
  const near = own.find((each) => sharedPrefix(each.address, remote) >= 2);
  return (near ?? own[0])?.address ?? (family === "IPv4" ? "127.0.0.1" : "::1");
}

/** How many leading groups two addresses share. */
function sharedPrefix(one: string, other: string): number {
  const ours = one.split(/[.:]/);
  const theirs = other.split(/[.:]/);
  const end = ours.findIndex((group, index) => group !== theirs[index]);
  return end < 0 ? ours.length : end;
}
