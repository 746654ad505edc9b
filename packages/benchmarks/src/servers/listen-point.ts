import { tlsTransport, type ListenInput } from "@siplet/core";
import { wsTransport } from "@siplet/core/transport/ws";
import { makeCredentials } from "../wire/credentials.js";

/** A listener on the loopback interface. */
export function listenPoint(protocol: string, port: number): ListenInput {
  const place = { address: "127.0.0.1", port };
  if (protocol === "tls") return tlsTransport({ ...place, credentials: makeCredentials() });
  if (protocol === "ws") return wsTransport(place);
  return `${protocol}:127.0.0.1:${port}`;
}
