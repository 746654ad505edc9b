import {
  formatHost,
  NameAddress,
  parseNameAddress,
  reachableAddress,
  type Connection,
  type SipUri,
} from "@siplet/core";
import { keyParameter } from "../session/session-keys.js";

/**
 * The Contact of this container for a peer: where requests inside the dialog reach us (RFC 3261 §8.1.1.8), and by the key
 * the session they are for. A secure transport makes it `sips` only for a `sips` call.
 */
export function contactValue(connection: Connection, isSips: boolean, sessionKey: string): string {
  return `<${containerUri(connection, isSips)};${keyParameter}=${sessionKey}>`;
}

/** Where the peer of a connection reaches this container. */
export function containerUri(connection: Connection, isSips: boolean): string {
  const { host, port } = reachableAddress(connection.transport, connection.remote);
  const { protocol } = connection.transport;
  const transport = protocol === "udp" || isSips ? "" : `;transport=${protocol}`;
  return `${isSips ? "sips" : "sip"}:${formatHost(host)}:${port}${transport}`;
}

/** The Contact of a request before its connection is known (RFC 2606); host and port are put in when it is sent. */
export const unsentContact = "<sip:contact.invalid>";

/** URI parameters that the container decides on (JSR 289 §4.1.3). */
const ownParameters: readonly string[] = ["method", "ttl", "maddr", "lr", keyParameter];

/**
 * The Contact of the container with what an application may change of it: display name, user, URI parameters and header
 * parameters. Scheme, host, port and the parameters above stay. JSR 289 §4.1.3
 */
export function mergeContact(own: string, wanted: string): string {
  const mine = parseNameAddress(own);
  const theirs = parseNameAddress(wanted);
  if (mine.uri.kind !== "sip" || theirs.uri.kind !== "sip") return own;
  const { displayName, parameters } = theirs;
  return String(NameAddress.create({ displayName, uri: mergeUri(mine.uri, theirs.uri), parameters }));
}

function mergeUri(own: SipUri, wanted: SipUri): SipUri {
  let uri = wanted.with({ scheme: own.scheme, host: own.host, port: own.port, headers: [] });
  for (const name of ownParameters) uri = uri.withoutParameter(name);
  const key = own.parameters.get(keyParameter);
  if (key !== undefined) uri = uri.withParameter(keyParameter, key);
  const transport = own.parameters.get("transport");
  if (transport === undefined || uri.parameters.has("transport")) return uri;
  return uri.withParameter("transport", transport);
}
