import type { Connection, Transport, TransportFactory, TransportUser } from "@siplet/core";

const local = { address: "127.0.0.1", port: 5060 };

/**
 * A network without a network: what the server sends is handed to a function, what a peer says is handed to the server.
 * What is left is the server's own cost.
 */
export class MemoryPeer {
  /** Gets each message that the server sends. */
  onMessage: (text: string) => void = () => {};
  #user: TransportUser | undefined;
  readonly #transport: Transport = {
    protocol: "udp",
    isReliable: false,
    isSecure: false,
    local,
    advertised: undefined,
    connect: (destination) => this.#connection(destination.port),
    close: async () => {},
  };

  /** The listener for the server. */
  readonly factory: TransportFactory = async (user) => {
    this.#user = user;
    return this.#transport;
  };

  /** Says something to the server. */
  say(text: string): void {
    this.#user?.onMessage(Buffer.from(text, "latin1"), this.#connection(5061));
  }

  #connection(port: number): Connection {
    return {
      transport: this.#transport,
      local,
      remote: { address: "127.0.0.1", port },
      isOpen: true,
      send: (bytes, done) => {
        this.onMessage(Buffer.from(bytes).toString("latin1"));
        done?.();
      },
      close: () => {},
    };
  }
}
