import { connect, createServer, type Server, type Socket } from "node:net";
import { SocketTransport, type StreamListenOptions } from "../stream/socket-transport.js";
import type { Destination, TransportContext, TransportFactory, TransportUser } from "../transport.js";

/** How a TCP listener is made. */
export type TcpOptions = StreamListenOptions;

/** Starts a TCP listener (RFC 3261 §18). */
export function tcpTransport(options: TcpOptions): TransportFactory {
  return async (user, context) => {
    const transport = new TcpTransport(createServer({ noDelay: true }), options, user, context);
    await transport.listen();
    return transport;
  };
}

class TcpTransport extends SocketTransport {
  readonly protocol = "tcp";
  readonly isSecure = false;
  protected readonly readyEvent = "connect";
  protected readonly readSecurity = undefined;

  constructor(server: Server, options: TcpOptions, user: TransportUser, context: TransportContext) {
    super(server, options, user, context);
    server.on("connection", (socket) => {
      if (!socket.destroyed) this.accept(socket);
    });
  }

  protected dial({ address, port }: Destination, localAddress: string | undefined): Socket {
    return connect({ host: address, port, localAddress, noDelay: true });
  }
}
