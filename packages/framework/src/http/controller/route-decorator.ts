import type { StandardSchemaV1 } from "@standard-schema/spec";
import { addRouteRecord, type RequestSchemas, type RouteVerb } from "../../metadata/http-record.js";
import type { HttpNext, HttpRequest, HttpResponse } from "./http-message.js";

/** What a schema makes of its input; without one, what the handler wants. */
type Validated<S> = S extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<S> : never;

/** Where nothing is checked. */
export type NoSchemas = Readonly<Record<keyof RequestSchemas, undefined>>;

/** The request that a handler gets when these schemas have passed. */
export type ValidatedRequest<S extends RequestSchemas> = HttpRequest<
  Validated<S["body"]>,
  Validated<S["params"]>,
  Validated<S["query"]>
>;

/** A method that handles requests; what it returns, if anything, is sent as JSON. */
export type RouteMethod<R> = (request: R, response: HttpResponse, next: HttpNext) => unknown;

/** A decorator for methods that take the request `R`. */
export type RouteDecorator<R> = <M extends RouteMethod<R>>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<M>,
) => void;

/** Makes the decorator of a verb. The path is Express's: `/calls/:id`. */
export function routeDecorator<const S extends RequestSchemas>(
  verb: RouteVerb,
  path: string,
  schemas: S,
): RouteDecorator<ValidatedRequest<S>> {
  return (target, name) => addRouteRecord(target, { verb, path, schemas, name });
}
