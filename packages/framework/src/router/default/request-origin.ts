import type { SipServletRequest } from "../../api/object-model.js";
import { IllegalArgumentError } from "../../errors/illegal-argument-error.js";
import type { RoutingState } from "../../spi/sip-application-router.js";

/**
 * Where the chain of a request began: outside of the container, at an application that made the request, or there and
 * it has come back by a `ROUTE_BACK` since.
 */
export type RequestOrigin = "INBOUND" | "OUTBOUND" | "UAC_ROUTE_BACK";

/** Whether a word is an origin. */
export function isOrigin(word: string): word is RequestOrigin {
  return word === "INBOUND" || word === "OUTBOUND" || word === "UAC_ROUTE_BACK";
}

/** What the default router keeps with a request: the position reached; with the origin when that is an application. */
export type DefaultRouterState = number | { readonly position: number; readonly origin: RequestOrigin };

/** The position a request has reached and where its chain began. */
export interface RoutingProgress {
  /** Undefined: nothing was chosen yet. */
  readonly position: number | undefined;
  readonly origin: RequestOrigin;
}

/** Reads the progress of a request. @throws IllegalArgumentError when the state information is another router's */
export function progressOf(request: SipServletRequest, { directive, stateInfo }: RoutingState): RoutingProgress {
  if (stateInfo === undefined || stateInfo === null) {
    const isMadeHere = request.initialRemoteAddr === undefined;
    return { position: undefined, origin: isMadeHere ? "OUTBOUND" : "INBOUND" };
  }
  const state = readState(stateInfo);
  if (typeof state === "number") return { position: state, origin: "INBOUND" };
  const isBack = state.origin === "OUTBOUND" && directive === "NEW";
  return { position: state.position, origin: isBack ? "UAC_ROUTE_BACK" : state.origin };
}

/** What to keep with the request. */
export function stateOf(position: number, origin: RequestOrigin): DefaultRouterState {
  return origin === "INBOUND" ? position : { position, origin };
}

/** Whether a tuple for one origin takes a request of another: what came back was still made here. */
export function servesOrigin(direction: RequestOrigin | undefined, origin: RequestOrigin): boolean {
  if (direction === undefined || direction === origin) return true;
  return direction === "OUTBOUND" && origin === "UAC_ROUTE_BACK";
}

function readState(stateInfo: unknown): DefaultRouterState {
  if (typeof stateInfo === "number") return stateInfo;
  if (typeof stateInfo === "object" && stateInfo !== null && "position" in stateInfo && "origin" in stateInfo) {
    const { position, origin } = stateInfo;
    if (typeof position === "number" && typeof origin === "string" && isOrigin(origin)) return { position, origin };
  }
  throw new IllegalArgumentError("argument.invalid", {
    detail: "the state information was not made by the default application router; hand its own back unchanged",
  });
}
