import type { HttpRequest } from "./http-message.js";
import { routeDecorator, type RouteDecorator } from "./route-decorator.js";

/** Sees every request for a path of its controller and below, before the routes that stand after it; hands on by `next()`. */
export function Use(path = "/"): RouteDecorator<HttpRequest> {
  return routeDecorator("use", path, {});
}
