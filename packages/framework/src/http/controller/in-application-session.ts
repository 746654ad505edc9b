import { wholeClass, writeInSession } from "../../metadata/http-record.js";
import type { HttpRequest } from "./http-message.js";

/** Finds the id of an application session by a request; undefined: there is none, and the request is answered 404. */
export type ApplicationSessionFinder = (request: HttpRequest) => string | undefined;

/**
 * Runs a handler, or all of a controller, in the queue of an application session, in turn with SIP messages and timers:
 * there it may use session-scoped beans (JSR 359, concurrency). Without it a handler is outside.
 *
 * @param find which application session; that of the HTTP session, made if there is none, when left out
 */
export function InApplicationSession(
  find?: ApplicationSessionFinder,
): (target: object, name?: string | symbol, descriptor?: PropertyDescriptor) => void {
  return (target, name) => {
    if (typeof target === "function") writeInSession(target, wholeClass, { lookup: find });
    else writeInSession(target.constructor, name ?? wholeClass, { lookup: find });
  };
}
