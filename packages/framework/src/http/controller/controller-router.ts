import { Router, type NextFunction, type Request, type RequestHandler, type Response } from "express";
import type { SipApplicationSession } from "../../api/object-model.js";
import type { ServletClass } from "../../api/servlet-class.js";
import type { PushSubscription } from "../../api/push-service.js";
import {
  readControllerRecord,
  readInSession,
  readRoutes,
  type InSessionRecord,
  type RouteRecord,
} from "../../metadata/http-record.js";
import type { ConvergedApplication } from "../../spi/http-bridge.js";
import { HttpError } from "../problem/http-error.js";
import { validateRequest } from "./validate-request.js";

/** Lets the client of a request follow topics from now on. */
export type Follow = (request: Request, response: Response, subscription: PushSubscription) => void;

/** What the routes of a controller need. */
export interface ControllerParts {
  readonly application: ConvergedApplication;
  readonly follow: Follow;
}

/** A route on its way to a method. */
interface Route {
  readonly record: RouteRecord;
  readonly inSession: InSessionRecord | undefined;
  /** `ClickToDial.dial`, for logs. */
  readonly label: string;
  readonly call: (request: Request, response: Response, next: NextFunction) => unknown;
}

/** The routes of a controller as Express knows them. */
export function controllerRouter(controllerClass: ServletClass, parts: ControllerParts): Router {
  const instance = parts.application.resolve(controllerClass) as Readonly<Record<string | symbol, unknown>>;
  const own = Router({ mergeParams: true });
  for (const record of readRoutes(controllerClass)) {
    const route: Route = {
      record,
      inSession: readInSession(controllerClass, record.name),
      label: `${controllerClass.name}.${String(record.name)}`,
      call: (...parameters) => (instance[record.name] as Route["call"]).apply(instance, parameters),
    };
    const handler = routeHandler(route, parts);
    if (record.verb === "push") own.get(record.path, handler);
    else own[record.verb](record.path, handler);
  }
  const router = Router();
  router.use(readControllerRecord(controllerClass)?.path ?? "/", own);
  return router;
}

function routeHandler(route: Route, { application, follow }: ControllerParts): RequestHandler {
  const { record, label } = route;
  const work = record.verb === "push" ? pushWork(route, follow) : route.call;
  return async (request, response, next) => {
    await validateRequest(request, record.schemas);
    const owner = ownerOf(request, route.inSession, application);
    const result = await application.run(owner, () => work(request, response, next), label);
    if (result !== undefined && record.verb !== "use" && !response.headersSent) response.json(result);
  };
}

/** The page follows before anything else runs, so that it misses nothing after what it is told first. */
function pushWork({ call }: Route, follow: Follow): Route["call"] {
  return async (request, response, next) => {
    follow(request, response, (await call(request, response, next)) as PushSubscription);
  };
}

/** The application session a handler runs in. @throws HttpError 404 for one that is not there */
function ownerOf(
  request: Request,
  inSession: InSessionRecord | undefined,
  application: ConvergedApplication,
): SipApplicationSession | undefined {
  if (inSession === undefined) return undefined;
  const { lookup } = inSession;
  if (lookup === undefined) return request.session.applicationSession;
  const id = (lookup as (request: Request) => string | undefined)(request);
  const found = id === undefined ? undefined : application.getApplicationSession(id);
  if (found === undefined) throw new HttpError(404, "There is no such call or session, or it has ended");
  application.touch(found);
  return found;
}
