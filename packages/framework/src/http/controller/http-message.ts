import type { NextFunction, Request, Response } from "express";

/**
 * A request as handlers of controllers get it: that of Express, with the types of what was validated.
 *
 *     @Post("/", { body: Call }) dial(request: HttpRequest<CallInput>, response: HttpResponse) {}
 */
export type HttpRequest<Body = Request["body"], Params = Record<string, string>, Query = Request["query"]> = Request<
  Params,
  unknown,
  Body,
  Query
>;

/** A response as handlers of controllers get it: that of Express. */
export type HttpResponse = Response;

/** Hands a request on, as a method with `@Use` does. */
export type HttpNext = NextFunction;
