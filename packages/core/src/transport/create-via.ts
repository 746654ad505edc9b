import { isMulticast } from "./address-kind.js";
import { reachableAddress } from "./reachable-address.js";
import type { Connection } from "./transport.js";
import { viaText } from "./via.js";

/** The Via value for a request that goes out on that connection (RFC 3261 §18.1.1, RFC 3581 §3, RFC 5923 §5). */
export function createVia({ transport, remote }: Connection, branch: string): string {
  const sentBy = reachableAddress(transport, remote);
  const multicast = transport.isReliable || !isMulticast(remote.address) ? undefined : remote.address;
  const marked = multicast !== undefined || transport.asksAlias === true;
  return viaText(transport.protocol, sentBy, branch, marked ? { alias: transport.asksAlias, multicast } : undefined);
}
