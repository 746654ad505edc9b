import type { Endpoint, TransportUser } from "@siplet/core";
import type { MemoryNetwork } from "../network/memory-network.js";
import type { MemoryTransport, MemoryTransportOptions } from "../network/memory-transport.js";
import type { ReceiveCallback, UserAgentPeer, UserAgentPort } from "./user-agent-port.js";

/** A port in the in-memory network. */
export class MemoryUserAgentPort implements UserAgentPort {
  readonly #transport: MemoryTransport;

  constructor(network: MemoryNetwork, options: MemoryTransportOptions, onMessage: ReceiveCallback) {
    const user: TransportUser = {
      onMessage,
      onBrokenStream: (_reason, _statusCode, bytes, connection) => onMessage(bytes, connection),
      onConnectionOpened: () => {},
      onConnectionClosed: () => {},
    };
    this.#transport = network.bind(options, user);
  }

  get transport(): UserAgentPort["transport"] {
    return this.#transport.protocol.toUpperCase() as UserAgentPort["transport"];
  }

  get local(): Endpoint {
    return this.#transport.local;
  }

  connect(remote: Endpoint): UserAgentPeer {
    return this.#transport.connect(remote);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}
