import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { inject, isServletError, ManagedSipExecutorService, SipContextService } from "@siplet/framework";
import { Settings } from "../settings.js";
import { Visits } from "./visits.js";

/** `POST /<id of an application session>` counts, `GET` tells the count: SIP knows nothing of this server. */
export class WebHook {
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));

  constructor(
    @inject(SipContextService) private readonly contexts: SipContextService,
    @inject(ManagedSipExecutorService) private readonly executor: ManagedSipExecutorService,
    @inject(Visits) private readonly visits: Visits,
    @inject(Settings) private readonly settings: Settings,
  ) {}

  listen(): Promise<void> {
    const { host, httpPort } = this.settings;
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject).listen(httpPort, host, resolve);
    });
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const id = decodeURIComponent(request.url?.slice(1) ?? "");
      const count = request.method === "POST" ? await this.#count(id) : await this.#read(id);
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ count }));
    } catch (error) {
      const isUnknown = isServletError(error, "state.invalid-application-session");
      response.writeHead(isUnknown ? 404 : 500).end();
    }
  }

  /** A contextual proxy: an object whose methods run in the queue of the call with that id. */
  #count(applicationSessionId: string): Promise<number> {
    return this.contexts.createContextualProxy(this.visits, { applicationSessionId }).add();
  }

  /** The same with the executor. */
  async #read(applicationSessionId: string): Promise<number> {
    return this.executor.submit(() => this.visits.count(), { applicationSessionId });
  }
}
