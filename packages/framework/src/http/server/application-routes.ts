import type { Clock, Logger } from "@siplet/core";
import { json, Router, urlencoded, type RequestHandler } from "express";
import { MemorySessionStore } from "../../session/memory-session-store.js";
import type { ConvergedApplication, HttpResources } from "../../spi/http-bridge.js";
import { controllerRouter, type Follow } from "../controller/controller-router.js";
import type { HttpSessionOptions } from "../session/http-session-options.js";
import type { HttpOptions } from "./http-options.js";
import { HttpSessionDirectory } from "../session/http-session-directory.js";
import { HttpSessionStore } from "../session/http-session-store.js";
import { SessionHandlers } from "../session/session-handlers.js";
import type { SessionUrls } from "../session/session-urls.js";

/** What the routes of an application are made of. */
export interface ApplicationRoutesParts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly bodyLimit: HttpOptions["bodyLimit"];
  readonly session: Omit<HttpSessionOptions, "secret"> & { readonly secret: string | Uint8Array };
  readonly urls: SessionUrls;
  readonly follow: Follow;
}

const defaultTimeout = 30;
const minute = 60_000;

/** Everything HTTP of one application: its sessions, its controllers and its routers. */
export class ApplicationRoutes {
  readonly directory: HttpSessionDirectory;
  readonly sessions: SessionHandlers;
  readonly handler: RequestHandler;

  constructor(application: ConvergedApplication, resources: HttpResources, parts: ApplicationRoutesParts) {
    const { log, clock, urls, session } = parts;
    const timeout = (session.timeout ?? defaultTimeout) * minute;
    this.directory = new HttpSessionDirectory({ application, clock, log, urls, timeout });
    const store = session.store ?? new MemorySessionStore();
    this.sessions = new SessionHandlers({
      directory: this.directory,
      store: new HttpSessionStore({ directory: this.directory, store, timeout }),
      secret: session.secret,
      cookieName: cookieNameOf(application.name),
      cookie: session.cookie,
    });
    this.handler = this.#createRouter(application, resources, parts);
  }

  close(): void {
    this.directory.close();
  }

  #createRouter(application: ConvergedApplication, resources: HttpResources, parts: ApplicationRoutesParts): Router {
    const { bodyLimit: limit, follow } = parts;
    const own = Router();
    own.use(...this.sessions.handlers);
    // Routers of others read their bodies themselves, so they come first.
    for (const router of resources.routers) own.use(router as RequestHandler);
    if (resources.controllers.length > 0) {
      own.use(json({ limit, type: ["json", "+json"] }), urlencoded({ limit, extended: true }));
    }
    for (const each of resources.controllers) own.use(controllerRouter(each, { application, follow }));
    const router = Router();
    router.use(application.contextPath || "/", own);
    return router;
  }
}

/** Applications that share a path do not share sessions: each has a cookie of its own. */
function cookieNameOf(applicationName: string): string {
  return `siplet.${applicationName.replace(/[^\w.-]/g, "_")}`;
}
