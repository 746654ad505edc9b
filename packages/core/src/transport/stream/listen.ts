import type { Server } from "node:net";
import type { Endpoint } from "../endpoint.js";
import { listenError } from "../listener/listen-error.js";
import type { ListenOptions } from "../listener/listener.js";
import type { TransportProtocol } from "../transport.js";

/** Connections that may wait to be accepted. */
const backlog = 1024;

/** Binds a server. @throws EngineError `transport.listen` */
export function listen(server: Server, protocol: TransportProtocol, options: ListenOptions): Promise<Endpoint> {
  const { address, port, dualStack = false } = options;
  return new Promise((resolve, reject) => {
    const onError = (cause: Error): void => reject(listenError(protocol, { address, port }, cause));
    server.once("error", onError);
    server.listen({ host: address, port, backlog, ipv6Only: address.includes(":") && !dualStack }, () => {
      server.removeListener("error", onError);
      resolve(serverAddress(server) ?? { address, port });
    });
  });
}

/** Where a server listens; undefined for one that does not, or not on an IP address. */
export function serverAddress(server: Server): Endpoint | undefined {
  const address = server.address();
  return address === null || typeof address === "string" ? undefined : address;
}
