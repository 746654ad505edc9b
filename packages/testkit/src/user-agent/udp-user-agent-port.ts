import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { Endpoint } from "@siplet/core";
import type { ReceiveCallback, UserAgentPeer, UserAgentPort } from "./user-agent-port.js";

/** A real UDP socket. */
export class UdpUserAgentPort implements UserAgentPort {
  readonly transport = "UDP";
  readonly local: Endpoint;
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    const { address, port } = socket.address();
    this.local = { address, port };
    this.#socket = socket;
  }

  /** Opens the socket; port 0 takes a free one. */
  static async open({ address, port }: Endpoint, onMessage: ReceiveCallback): Promise<UdpUserAgentPort> {
    const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
    socket.bind({ address, port });
    await once(socket, "listening");
    const open = new UdpUserAgentPort(socket);
    socket.on("message", (bytes, from) => onMessage(bytes, open.connect({ address: from.address, port: from.port })));
    return open;
  }

  connect(remote: Endpoint): UserAgentPeer {
    return { remote, send: (bytes) => this.#socket.send(bytes, remote.port, remote.address) };
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, "close");
    this.#socket.close();
    await closed;
  }
}
