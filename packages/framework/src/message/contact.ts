import { reachableAddress, formatHost, type Connection } from "@siplet/core";

/**
 * The Contact of this container for a peer: where requests inside the dialog reach us (RFC 3261 §8.1.1.8). A secure
 * transport makes it `sips` only for a `sips` call.
 */
export function contactValue(connection: Connection, isSips: boolean): string {
  const { host, port } = reachableAddress(connection.transport, connection.remote);
  const { protocol } = connection.transport;
  const transport = protocol === "udp" ? "" : `;transport=${protocol}`;
  return `<${isSips ? "sips" : "sip"}:${formatHost(host)}:${port}${isSips ? "" : transport}>`;
}
