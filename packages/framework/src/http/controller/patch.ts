import type { RequestSchemas } from "../../metadata/http-record.js";
import { routeDecorator, type NoSchemas, type RouteDecorator, type ValidatedRequest } from "./route-decorator.js";

/** Handles PATCH requests for a path of its controller. Schemas check the request before. */
export function Patch<const S extends RequestSchemas = NoSchemas>(
  path = "/",
  schemas: S = {} as S,
): RouteDecorator<ValidatedRequest<S>> {
  return routeDecorator("patch", path, schemas);
}
