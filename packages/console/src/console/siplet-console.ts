import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { consoleLogger, type Logger } from "@siplet/core";
import type { SipContainer } from "@siplet/framework";
import { ContainerSource, type RegistrationSource } from "../server/container-source.js";
import { ConsoleAccess } from "../server/console-access.js";
import { ConsoleError } from "./console-error.js";
import { ConsoleHandler } from "../server/console-handler.js";
import { EventStream } from "../server/event-stream.js";
import { respondProblem } from "../server/respond.js";
import { recordContainer } from "../trace/record-container.js";
import { TraceRecorder, type TraceLimits } from "../trace/trace-recorder.js";

/** How a console is made; everything has a default. */
export interface ConsoleOptions {
  /** What opens the console. Without one it makes its own and logs the link, except in production, where it stays closed. */
  readonly password?: string;
  /** Path below which it answers; `/console`. */
  readonly path?: string;
  /** Whether this is production: `NODE_ENV` says so when left out. */
  readonly isProduction?: boolean;
  /** How much is kept. */
  readonly limits?: TraceLimits;
  /** Contacts to show, such as those of a registrar. */
  readonly registrations?: RegistrationSource;
  readonly log?: Logger;
}

/** Gives a request to whoever is next, as Express has it. */
export type NextHandler = (error?: unknown) => void;

/**
 * A live view of a container, in the browser: sessions, registrations, handlers, and each call as a ladder diagram. Mount
 * `handler` in an HTTP server or call `listen`; `attach` it to the container whose calls it shall show.
 */
export class SipletConsole {
  readonly #path: string;
  readonly #log: Logger;
  readonly #recorder: TraceRecorder;
  readonly #stream: EventStream;
  readonly #options: ConsoleOptions;
  readonly #password: string | undefined;
  #handler: ConsoleHandler | undefined;
  #server: Server | undefined;
  #detach: (() => void) | undefined;

  /** @throws ConsoleError `console.path` for a path that does not begin with a slash */
  constructor(options: ConsoleOptions = {}) {
    const { path = "/console", log = consoleLogger(), isProduction = isInProduction() } = options;
    if (!path.startsWith("/")) throw new ConsoleError("console.path", { detail: `"${path}"` });
    this.#path = path.replace(/\/+$/, "");
    this.#log = log;
    this.#options = options;
    this.#recorder = new TraceRecorder(options.limits);
    this.#stream = new EventStream(this.#recorder);
    this.#password = options.password ?? (isProduction ? undefined : randomBytes(12).toString("base64url"));
  }

  /** Whether it answers at all: not in production without a password. */
  get isOpen(): boolean {
    return this.#password !== undefined;
  }

  /**
   * Shows the calls of a container from now on; gives the function that ends it.
   * @throws ConsoleError `console.attached` while it shows another one
   */
  attach(container: SipContainer): () => void {
    if (this.#detach !== undefined) throw new ConsoleError("console.attached");
    const access = this.#access();
    if (access === undefined) return () => undefined;
    const end = recordContainer(container, this.#recorder);
    const source = new ContainerSource(container, this.#options.registrations);
    const [recorder, stream, path] = [this.#recorder, this.#stream, this.#path];
    this.#handler = new ConsoleHandler({ source, recorder, stream, access, path, now: Date.now });
    this.#detach = () => {
      end();
      this.#handler = undefined;
      this.#detach = undefined;
    };
    return () => this.#detach?.();
  }

  /** Answers what is below its path, and leaves the rest to `next`: a handler of Node's HTTP server and of Express. */
  readonly handler = (request: IncomingMessage, response: ServerResponse, next?: NextHandler): void => {
    // Express takes the place where a handler is mounted off `url`.
    const { originalUrl = request.url ?? "/" } = request as { readonly originalUrl?: string };
    if (originalUrl !== this.#path && !/^[/?]/.test(originalUrl.slice(this.#path.length))) return skip(response, next);
    if (!originalUrl.startsWith(this.#path) || !this.isOpen) return skip(response, next);
    if (this.#handler === undefined) return respondProblem(response, 503, "The container is not ready");
    const place = originalUrl.slice(this.#path.length);
    if (!place.startsWith("/")) {
      response.writeHead(308, { Location: `${this.#path}/${place}` }).end();
      return;
    }
    this.#handler.handle(request, response, place).catch((error: unknown) => {
      this.#log.error({ error, url: originalUrl }, "the console could not answer");
      if (!response.headersSent) respondProblem(response, 500, "The console failed; the log says more");
    });
  };

  /** The link that opens it below a base, the password of its own making included. */
  link(base: string | URL): string {
    const url = new URL(`${this.#path}/`, base);
    const own = this.#options.password === undefined ? this.#password : undefined;
    if (own !== undefined) url.searchParams.set("token", own);
    return url.href;
  }

  /** Opens an HTTP server of its own, and logs the link. Resolves to the address. */
  async listen(port = 0, host = "127.0.0.1"): Promise<AddressInfo> {
    const server = createServer((request, response) => this.handler(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, host, resolve);
    });
    this.#server = server;
    const address = server.address() as AddressInfo;
    this.announce(`http://${host}:${address.port}`);
    return address;
  }

  /** Logs the link below a base, or why there is none. */
  announce(base: string | URL): void {
    if (this.isOpen) this.#log.info({}, `console at ${this.link(base)}`);
    else this.#log.warn({}, "the console stays closed: in production it needs the option `password`");
  }

  /** Ends its pages, its server and what it records. */
  async close(): Promise<void> {
    this.#detach?.();
    this.#stream.close();
    const server = this.#server;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  #access(): ConsoleAccess | undefined {
    return this.#password === undefined ? undefined : new ConsoleAccess(this.#password, Date.now);
  }
}

function skip(response: ServerResponse, next: NextHandler | undefined): void {
  if (next === undefined) respondProblem(response, 404, "No such page");
  else next();
}

function isInProduction(): boolean {
  // oxlint-disable-next-line node/no-process-env -- this is where programs for Node say that they are in production
  return process.env["NODE_ENV"] === "production";
}
