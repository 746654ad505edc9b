import { hasSessionDescription } from "@siplet/core";
import type { ContainerSipServletRequest } from "../../../message/container-sip-servlet-request.js";
import type { ContainerSipServletResponse } from "../../../message/container-sip-servlet-response.js";
import type { ContainerSipSession } from "../../../session/container-sip-session.js";
import type { BridgedCall } from "../call/bridged-call.js";
import { copyContent, fieldsToward, writeBody } from "./copy-content.js";
import { mapStatus } from "../policy/failure-mapping.js";
import { createAnswer } from "./relay-provisional.js";
import { refuse, sendFor, sendQuietly, statusOfFailure } from "./send-quietly.js";

/** Hands on a request inside the call. */
export function relayRequest(call: BridgedCall, received: ContainerSipServletRequest): unknown {
  const other = call.otherLeg(received.session);
  if (isRefresh(received)) return refuse(call, received, 200);
  if (other === undefined) return refuse(call, received, call.change === undefined ? 481 : 491);
  let copy: ContainerSipServletRequest;
  try {
    copy = copyRequest(call, received, other);
  } catch (error) {
    return refuse(call, received, statusOfFailure(error));
  }
  return call.hooks.run("onRequest", [copy, received], () => {
    if (received.incoming?.isOpen === true) sendFor(call, copy, received);
  });
}

/** A request for a session like one of the other leg. @throws ServletError, EngineError when the session takes none */
export function copyRequest(
  call: BridgedCall,
  received: ContainerSipServletRequest,
  session: ContainerSipSession,
): ContainerSipServletRequest {
  const copy = call.context.copier.copySubsequent(session, received, { choose: fieldsToward(call, session) });
  writeBody(call, copy.state.draft(), received.state.body, session);
  return copy;
}

/** Hands on the final answer to a request inside the call, and what comes before it. */
export function relayResponse(
  call: BridgedCall,
  response: ContainerSipServletResponse,
  received: ContainerSipServletRequest,
): unknown {
  if (received.incoming?.isOpen !== true) return acknowledge(call, response);
  const copy = createAnswer(call, received, response, mapStatus(response.status, call.settings, received.method));
  copyContent(call, response, copy);
  if (response.status < 200) return sendQuietly(call, copy);
  if (response.method === "INVITE") call.openInvites.delete(received.session);
  return call.hooks.run("onResponse", [copy, response], () => {
    if (received.incoming?.isOpen !== true) return acknowledge(call, response);
    if (response.method === "INVITE" && response.status < 300) call.pairResponses(copy, response);
    return sendQuietly(call, copy);
  });
}

/** Acknowledges a 2xx that nobody waits for any more. */
export function acknowledge(call: BridgedCall, response: ContainerSipServletResponse): void {
  if (response.method !== "INVITE" || response.status < 200 || response.status > 299 || response.isCommitted) return;
  sendQuietly(call, response.createAck() as ContainerSipServletRequest);
}

/** Hands on the ACK of a 2xx with what it carries. */
export function relayAck(call: BridgedCall, received: ContainerSipServletRequest): unknown {
  const behind = call.responseBehind(received.acknowledgedResponse);
  if (behind === undefined || behind.isCommitted) return undefined;
  const ack = behind.createAck() as ContainerSipServletRequest;
  const draft = ack.state.draft();
  draft.addFields(fieldsToward(call, ack.session)(received.state.fields));
  writeBody(call, draft, received.state.body, ack.session);
  const isFirst = received.acknowledgedResponse?.request?.isInitial === true;
  if (!isFirst) return sendQuietly(call, ack);
  return call.hooks.run("onEstablished", [ack, received], () => sendQuietly(call, ack));
}

/** A CANCEL of an INVITE inside the call: that has been answered, the one of the other leg goes with it. */
export function relayCancel(call: BridgedCall, cancel: ContainerSipServletRequest): void {
  const sent = call.openInvites.get(cancel.session);
  call.openInvites.delete(cancel.session);
  if (sent === undefined || sent.finalResponse !== undefined) return;
  const copy = sent.createCancel() as ContainerSipServletRequest;
  for (const reason of cancel.getHeaders("Reason")) copy.addHeader("Reason", reason);
  sendQuietly(call, copy);
}

/** Each leg keeps its own session timer: an UPDATE without description only keeps it alive (RFC 4028 §7.4). */
function isRefresh({ method, session, state }: ContainerSipServletRequest): boolean {
  if (method !== "UPDATE" || session.existingSignalling?.isTimerRunning !== true) return false;
  return !hasSessionDescription(state.request());
}
