import { createServer, type Server } from "node:http";
import { listenAt, parseListenAddress, serverUrl } from "../http/server/listen-address.js";
import type { OperationsEndpoints } from "./operations-endpoints.js";

/** A port for operators alone, which needs no Express. */
export class OperationsServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Opens it. @throws ServletError `http.listen` */
  static async open(listen: string | number, endpoints: OperationsEndpoints): Promise<OperationsServer> {
    const server = createServer((request, response) => {
      if (!endpoints.handle(request, response)) response.writeHead(404).end();
    });
    await listenAt(server, parseListenAddress(listen));
    return new OperationsServer(server);
  }

  get url(): URL | undefined {
    return serverUrl(this.#server, "http");
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}
