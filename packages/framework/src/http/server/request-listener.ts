import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "@siplet/core";
import express, { type Express, type RequestHandler } from "express";
import type { HttpOptions } from "./http-options.js";
import { HttpError } from "../problem/http-error.js";
import { notFound, problemHandler } from "../problem/problem-handlers.js";
import { takeUrlSession } from "../session/url-session.js";

/** Somebody with routes of its own. */
export interface RouteOwner {
  readonly handler: RequestHandler;
}

/** What the listener needs. */
export interface RequestListenerParts {
  readonly options: HttpOptions;
  readonly log: Logger;
  /** The applications, in the order they are asked. */
  readonly applications: () => Iterable<RouteOwner>;
  readonly operations?: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly traceRequest?: TraceRequest;
}

/** Runs what a request does within something, such as a span. */
export type TraceRequest = (request: IncomingMessage, response: ServerResponse, work: () => void) => void;

/** Takes all requests of a server: those to the container itself first, then each application in turn, then 404. */
export class RequestListener {
  /** Until then applications are not asked. */
  isReady = false;
  readonly #app: Express;
  readonly #operations: RequestListenerParts["operations"];
  readonly #traceRequest: TraceRequest | undefined;
  #running = 0;
  #whenIdle: (() => void) | undefined;

  constructor(app: Express, { operations, traceRequest }: Pick<RequestListenerParts, "operations" | "traceRequest">) {
    this.#app = app;
    this.#operations = operations;
    this.#traceRequest = traceRequest;
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    if (this.#operations?.(request, response) === true) return;
    this.#running += 1;
    response.once("close", () => {
      this.#running -= 1;
      if (this.#running === 0) this.#whenIdle?.();
    });
    this.route(request, response);
  };

  /** Brings a request to its route; what becomes a WebSocket is no request in progress. */
  route(request: IncomingMessage, response: ServerResponse): void {
    takeUrlSession(request);
    if (this.#traceRequest === undefined) this.#app(request, response);
    else this.#traceRequest(request, response, () => void this.#app(request, response));
  }

  /** Calls back once no request is in progress. */
  onIdle(done: () => void): void {
    if (this.#running === 0) done();
    else this.#whenIdle = done;
  }
}

/** Makes the Express application behind a server. */
export function createRequestListener(parts: RequestListenerParts): RequestListener {
  const { options, log, applications } = parts;
  const app = express();
  const listener = new RequestListener(app, parts);
  app.disable("x-powered-by");
  if (options.trustProxy !== undefined) app.set("trust proxy", options.trustProxy);
  app.use((_request, _response, next) => {
    if (!listener.isReady) throw new HttpError(503, "The container is starting", { headers: { "Retry-After": "1" } });
    next();
  });
  app.use((request, response, next) => askInTurn([...applications()], { request, response, next }));
  // Mounted as it is: Express checks what it can take.
  if (options.app !== undefined) app.use(options.app as unknown as RequestHandler); // the option knows no Express
  app.use(notFound, problemHandler(log));
  return listener;
}

interface Turn {
  readonly request: Parameters<RequestHandler>[0];
  readonly response: Parameters<RequestHandler>[1];
  readonly next: Parameters<RequestHandler>[2];
}

/** Each application hands on what it does not know; its session is none of the next one's business. */
function askInTurn([first, ...others]: readonly RouteOwner[], { request, response, next }: Turn): void {
  if (first === undefined) {
    next();
    return;
  }
  void first.handler(request, response, (error?: unknown) => {
    if (error !== undefined) next(error);
    else askInTurn(others, { request, response, next });
  });
}
