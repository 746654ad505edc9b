// HTTP in the container, on Express. Reached as `@siplet/framework/http`: programs without it load no Express.
export { Delete } from "./controller/delete.js";
export { Get } from "./controller/get.js";
export { HttpController, type HttpControllerOptions } from "./controller/http-controller.js";
export type { HttpNext, HttpRequest, HttpResponse } from "./controller/http-message.js";
export { InApplicationSession, type ApplicationSessionFinder } from "./controller/in-application-session.js";
export { Patch } from "./controller/patch.js";
export { Post } from "./controller/post.js";
export { Push } from "./controller/push.js";
export { Put } from "./controller/put.js";
export type { RouteDecorator, RouteMethod, ValidatedRequest } from "./controller/route-decorator.js";
export { Use } from "./controller/use.js";
export { HttpError, isHttpError, type HttpErrorOptions } from "./problem/http-error.js";
export type { ProblemDetails } from "./problem/problem-details.js";
export type { HttpSession } from "./session/session-record.js";
export { ExpressBridge, type HttpBridgeParts } from "./server/express-bridge.js";
