import type { RequestSchemas } from "../../metadata/http-record.js";
import { routeDecorator, type NoSchemas, type RouteDecorator, type ValidatedRequest } from "./route-decorator.js";

/** Handles DELETE requests for a path of its controller. Schemas check the request before. */
export function Delete<const S extends RequestSchemas = NoSchemas>(
  path = "/",
  schemas: S = {} as S,
): RouteDecorator<ValidatedRequest<S>> {
  return routeDecorator("delete", path, schemas);
}
