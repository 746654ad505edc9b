import {
  EngineError,
  type Connection,
  type DeferredRequestRouter,
  type RequestBuilder,
  type SendRequestOptions,
} from "@siplet/core";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import { newStep } from "./chain-context.js";
import type { ContainerSipServletRequest } from "./container-sip-servlet-request.js";
import { addContact } from "./outgoing-request.js";
import { existingUsage, usageOf } from "./session-usage.js";
import type { Signalling } from "./signalling.js";

/**
 * How a request of a session leaves: from the listener and down the flow that the application chose, with our Contact as the
 * connection shows it.
 * @throws IllegalStateError `state.flow` when the flow has failed
 */
export function wayOf(session: ContainerSipSession, via?: Connection): SendRequestOptions {
  const { key } = session;
  const from = existingUsage(session)?.outbound;
  const connection = via ?? flowOf(session);
  const onConnection = (draft: RequestBuilder, taken: Connection): void => addContact(draft, taken, key);
  return { ...(from !== undefined && { from }), ...(connection !== undefined && { connection }), onConnection };
}

/**
 * What decides about a request made here: what begins a dialog, or stands alone, goes by the application router; a retry
 * goes as the request before it. Undefined inside a dialog.
 */
export function routerOf(
  request: ContainerSipServletRequest,
  { chains }: Signalling,
): DeferredRequestRouter | undefined {
  const session = request.requireSession();
  if (session.dialog !== undefined) return undefined;
  if (request.step.original !== undefined) usageOf(session).step = request.step;
  const step = existingUsage(session)?.step ?? newStep;
  const caller = session.application.callerOf(session.handler);
  return chains.routeOf(caller === undefined ? step : { ...step, caller });
}

/** What a failure to send means: a flow that has ended is none of a server that cannot be reached (RFC 5626 §5.3). */
export function failureOn(connection: Connection | undefined, error: EngineError): EngineError {
  if (connection === undefined || connection.isOpen) return error;
  return new EngineError("transport.flow", { detail: error.message, cause: error });
}

/** The flow that was chosen; else, to a peer that cannot be called, the connection it was heard by (RFC 7118 §5). */
function flowOf(session: ContainerSipSession): Connection | undefined {
  const chosen = existingUsage(session)?.chosenFlow;
  if (chosen !== undefined) {
    if (chosen.isActive || !chosen.connection.isOpen) return chosen.connection;
    throw new IllegalStateError("state.flow", { detail: `to ${chosen.remoteUri.toString()}` });
  }
  const { dialog, lastConnection } = session;
  if (dialog === undefined || dialog.routeSet.length > 0 || lastConnection === undefined) return undefined;
  return isCallable(lastConnection) ? undefined : lastConnection;
}

function isCallable({ transport: { protocol }, isOutgoing }: Connection): boolean {
  return isOutgoing === true || (protocol !== "ws" && protocol !== "wss");
}
