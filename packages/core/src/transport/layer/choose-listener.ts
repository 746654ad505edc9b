import { isLoopback } from "../address-kind.js";
import type { Endpoint } from "../endpoint.js";
import { isWildcard } from "../reachable-address.js";
import type { Transport, TransportProtocol } from "../transport.js";

/**
 * The listener that a new connection leaves from. `from`, the listener that the caller prefers, wins when it speaks the
 * protocol; one on the same address comes next. Else the neighbour of the destination, the listener on all addresses, any
 * that is no loopback, any.
 */
export function chooseListener(
  transports: readonly Transport[],
  protocol: TransportProtocol,
  destination: Endpoint,
  from?: Transport,
): Transport | undefined {
  if (from?.protocol === protocol && from.canConnect !== false) return from;
  const able = transports.filter((each) => each.protocol === protocol && reaches(each, destination.address));
  if (able.length < 2) return able[0];
  return able.toSorted((one, other) => rank(other, destination, from) - rank(one, destination, from))[0];
}

/** Tells whether the listener can call an address of that family at all. */
function reaches({ local, canConnect, isDualStack }: Transport, address: string): boolean {
  if (canConnect === false) return false;
  return isDualStack === true || local.port === 0 || local.address.includes(":") === address.includes(":");
}

function rank(transport: Transport, { address }: Endpoint, from: Transport | undefined): number {
  const { local, machine, localNetworks } = transport;
  if (from !== undefined && local.address === from.local.address) return 5;
  if (isLoopback(local.address)) return isLoopback(address) ? 4 : 0;
  if (isWildcard(local.address)) return 3;
  if (isLoopback(address)) return 1;
  if (localNetworks?.includes(address) === true || machine?.isNeighbour(local.address, address) === true) return 4;
  return 2;
}
