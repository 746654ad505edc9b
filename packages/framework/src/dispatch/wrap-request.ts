import { takeOwnRoutes, type Connection, type RoutedRequest, type SipRequest } from "@siplet/core";
import type { SipServletRequest, SipServletResponse } from "../api/object-model.js";
import type { ChainContext } from "../message/chain-context.js";
import { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import { MessageState } from "../message/message-state.js";
import type { Signalling } from "../message/signalling.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";

/** A message with what it came by. */
export interface Received {
  readonly request: SipRequest;
  readonly connection: Connection;
}

/** What is known of a received request. */
export interface WrapOptions {
  readonly session?: ContainerSipSession;
  readonly isInitial?: boolean;
  /** What the application before told of an initial request. */
  readonly chain?: ChainContext | undefined;
  readonly acknowledgedResponse?: SipServletResponse;
  /** The INVITE that a CANCEL wants to end. */
  readonly cancelled?: SipServletRequest;
}

/** No Route of ours was taken away. */
export const noRoutes: RoutedRequest["popped"] = [];

/** The request without the Routes of ours, one hop at a time: they are taken away at each entry (JSR 289 §15.6). */
export function routeRequest({ request, connection }: Received, { transport, screen }: Signalling): RoutedRequest {
  return takeOwnRoutes(screen?.(request, connection) ?? request, connection, transport);
}

/** The request as the servlet API shows it. */
export function wrapRequest(
  { connection }: Received,
  { request, popped, strict }: RoutedRequest,
  { session, isInitial = false, chain, acknowledgedResponse, cancelled }: WrapOptions,
  { proxies, transport }: Signalling,
): ContainerSipServletRequest {
  return new ContainerSipServletRequest({
    state: new MessageState(request, connection),
    popped,
    strict,
    cancelled,
    chain,
    session,
    method: request.method,
    isInitial,
    proxies,
    transport,
    acknowledgedResponse,
  });
}
