import { isEngineError } from "@siplet/core";
import { isServletError } from "../../../errors/servlet-error.js";
import type { ContainerSipServletRequest } from "../../../message/container-sip-servlet-request.js";
import type { ContainerSipServletResponse } from "../../../message/container-sip-servlet-response.js";
import type { BridgedCall } from "../call/bridged-call.js";

/** Sends a message that nobody waits for; what keeps it is logged. Tells whether it could be given to the transport. */
export function sendQuietly(
  call: BridgedCall,
  message: ContainerSipServletRequest | ContainerSipServletResponse,
  onFailure?: (error: unknown) => void,
): boolean {
  const fail = (error: unknown): void => {
    call.context.log.debug({ error, method: message.method, bridge: call.id }, "a message of a bridge could not leave");
    onFailure?.(error);
  };
  try {
    message.send().catch(fail);
    return true;
  } catch (error) {
    fail(error);
    return false;
  }
}

/** Sends a request made for another one; that is refused when it cannot leave. */
export function sendFor(
  call: BridgedCall,
  sent: ContainerSipServletRequest,
  received: ContainerSipServletRequest,
): void {
  call.pairRequests(sent, received);
  sendQuietly(call, sent, (error) => refuse(call, received, statusOfFailure(error)));
}

/** Answers a request, unless that has happened. */
export function refuse(call: BridgedCall, received: ContainerSipServletRequest, status: number): void {
  if (received.incoming?.isOpen === true) sendQuietly(call, received.createResponse(status));
}

/** What a request is refused with when the other leg cannot take it: 491 while an INVITE is open there, 481 when it is over. */
export function statusOfFailure(error: unknown): number {
  if (isServletError(error)) {
    if (error.code === "state.transaction") return 491;
    if (error.code === "state.dialog" || error.code === "state.invalid-session") return 481;
    return error.statusCode ?? 500;
  }
  if (!isEngineError(error)) return 500;
  return error.code === "dialog.state" ? 481 : (error.statusCode ?? 500);
}
