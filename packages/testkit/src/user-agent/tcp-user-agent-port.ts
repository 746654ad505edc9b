import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { Endpoint } from "@siplet/core";
import type { ReceiveCallback, UserAgentPeer, UserAgentPort } from "./user-agent-port.js";

/** A real TCP listener and its connections. */
export class TcpUserAgentPort implements UserAgentPort {
  readonly transport = "TCP";
  readonly local: Endpoint;
  readonly #server: Server;
  readonly #onMessage: ReceiveCallback;
  readonly #sockets = new Set<Socket>();
  readonly #outgoing = new Map<string, UserAgentPeer>();

  private constructor(server: Server, local: Endpoint, onMessage: ReceiveCallback) {
    this.local = local;
    this.#server = server;
    this.#onMessage = onMessage;
    server.on("connection", (socket: Socket) =>
      this.#adopt(socket, { address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 }),
    );
  }

  /** Opens the listener; port 0 takes a free one. */
  static async open(wanted: Endpoint, onMessage: ReceiveCallback): Promise<TcpUserAgentPort> {
    const server = createServer();
    server.listen(wanted.port, wanted.address);
    await once(server, "listening");
    const bound = server.address();
    const port = typeof bound === "object" && bound !== null ? bound.port : wanted.port;
    return new TcpUserAgentPort(server, { address: wanted.address, port }, onMessage);
  }

  connect(remote: Endpoint): UserAgentPeer {
    const key = `${remote.address}:${remote.port}`;
    const known = this.#outgoing.get(key);
    if (known !== undefined) return known;
    const socket = connect({ host: remote.address, port: remote.port });
    const peer = this.#adopt(socket, remote);
    this.#outgoing.set(key, peer);
    socket.on("close", () => this.#outgoing.delete(key));
    return peer;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #adopt(socket: Socket, remote: Endpoint): UserAgentPeer {
    const peer: UserAgentPeer = { remote, send: (bytes) => void socket.write(bytes) };
    let pending = "";
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => {}); // seen by the test as a message that never comes
    socket.on("data", (chunk: Buffer) => {
      const { messages, rest } = cutMessages(pending + chunk.toString("latin1"));
      pending = rest;
      for (const message of messages) this.#onMessage(Buffer.from(message, "latin1"), peer);
    });
    return peer;
  }
}

/** Cuts whole messages off a stream by Content-Length. */
function cutMessages(stream: string): { messages: string[]; rest: string } {
  const messages: string[] = [];
  let rest = stream.replace(/^(?:\r\n)+/, "");
  for (;;) {
    const head = rest.indexOf("\r\n\r\n");
    if (head < 0) return { messages, rest };
    const length = Number(/\r\n(?:content-length|l)[ \t]*:[ \t]*(\d+)/i.exec(rest.slice(0, head))?.[1] ?? 0);
    const end = head + 4 + length;
    if (rest.length < end) return { messages, rest };
    messages.push(rest.slice(0, end));
    rest = rest.slice(end).replace(/^(?:\r\n)+/, "");
  }
}
