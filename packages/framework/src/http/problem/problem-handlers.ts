import type { Logger } from "@siplet/core";
import type { ErrorRequestHandler, RequestHandler } from "express";
import { HttpError } from "./http-error.js";
import { problemOf } from "./problem-details.js";

/** Answers what nothing has taken. */
export const notFound: RequestHandler = ({ method, originalUrl }) => {
  throw new HttpError(404, `There is nothing at ${method} ${originalUrl}`);
};

/** Answers errors as problem details (RFC 9457); what is our own fault is logged. */
export function problemHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const { status, headers, body, isFault } = problemOf(error);
    if (isFault) log.error({ error, method: request.method, url: request.originalUrl }, "an HTTP handler failed");
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.status(status).set(headers).type("application/problem+json").send(JSON.stringify(body));
  };
}
