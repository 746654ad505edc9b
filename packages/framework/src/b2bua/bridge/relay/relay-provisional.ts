import { understands } from "@siplet/core";
import type { ContainerSipServletRequest } from "../../../message/container-sip-servlet-request.js";
import type { ContainerSipServletResponse } from "../../../message/container-sip-servlet-response.js";
import { hasOwnLink, linkSessions } from "../../../session/session-link.js";
import type { BridgedCall } from "../call/bridged-call.js";
import { copyContent, fieldsToward, writeBody } from "./copy-content.js";
import { tagsWithoutReliability } from "../policy/header-policy.js";
import { refuse, sendQuietly, statusOfFailure } from "./send-quietly.js";

/**
 * Begins the answer to a request in the dialog that corresponds to that of the answer received: each dialog that forking
 * makes on the one side is a dialog on the other (JSR 359, InviteBranch).
 */
export function createAnswer(
  call: BridgedCall,
  received: ContainerSipServletRequest,
  response: ContainerSipServletResponse,
  status: number,
): ContainerSipServletResponse {
  const reason = status === response.status ? response.reasonPhrase : undefined;
  const { session } = response;
  const makesDialog = received === call.original && received.method === "INVITE" && status < 300;
  const isOfSession = hasOwnLink(session) && session.linked === received.session;
  if (!makesDialog || isOfSession) return received.createResponse(status, reason);
  if (!hasOwnLink(session)) linkSessions(received.createInviteBranch().sipSession as typeof session, session);
  const branch = session.linked && received.branchOf(session.linked);
  const made = branch?.createResponse(status, reason);
  return (made ?? received.createResponse(status, reason)) as ContainerSipServletResponse;
}

/** Hands on a provisional, reliably where both ends know how (RFC 3262). */
export function relayProvisional(
  call: BridgedCall,
  response: ContainerSipServletResponse,
  received: ContainerSipServletRequest,
): unknown {
  if (received.incoming?.isOpen !== true) return acknowledgeAlone(call, response);
  const copy = createAnswer(call, received, response, response.status);
  copyContent(call, response, copy, tagsWithoutReliability);
  return call.hooks.run("onProvisional", [copy, response], (isWanted) => {
    if (isWanted === false || received.incoming?.isOpen !== true) return acknowledgeAlone(call, response);
    return send(call, copy, response, received);
  });
}

function send(
  call: BridgedCall,
  copy: ContainerSipServletResponse,
  response: ContainerSipServletResponse,
  received: ContainerSipServletRequest,
): unknown {
  const { receivedRequest } = received;
  if (!response.isReliableProvisional) return sendQuietly(call, copy);
  if (receivedRequest === undefined || !understands(receivedRequest, "100rel")) {
    acknowledgeAlone(call, response);
    return sendQuietly(call, copy);
  }
  call.pairResponses(copy, response);
  const report = (error: unknown): void =>
    call.context.log.warn({ error, bridge: call.id }, "a reliable provisional could not be handed on");
  try {
    copy.sendReliably().catch(report);
  } catch (error) {
    report(error);
  }
  return undefined;
}

/** The other end knows no reliable provisionals, or does not get this one: the PRACK is the bridge's. */
function acknowledgeAlone(call: BridgedCall, response: ContainerSipServletResponse): void {
  if (!response.isReliableProvisional || response.isCommitted) return;
  try {
    response
      .createPrack()
      .send()
      .catch(() => undefined);
  } catch (error) {
    call.context.log.debug({ error, bridge: call.id }, "a provisional needs no PRACK any more");
  }
}

/** Hands on a PRACK with what it carries. One for a provisional that was not reliable on the other leg stays here. */
export function relayPrack(call: BridgedCall, received: ContainerSipServletRequest): unknown {
  const behind = call.responseBehind(received.acknowledgedResponse);
  if (behind === undefined || behind.isCommitted) return refuse(call, received, 200);
  try {
    const prack = behind.createPrack() as ContainerSipServletRequest;
    const draft = prack.state.draft();
    draft.addFields(fieldsToward(call, prack.session)(received.state.fields));
    writeBody(call, draft, received.state.body, prack.session);
    call.pairRequests(prack, received);
    return sendQuietly(call, prack, () => refuse(call, received, 200));
  } catch (error) {
    call.context.log.debug(
      { error, bridge: call.id, status: statusOfFailure(error) },
      "a PRACK could not be handed on",
    );
    return refuse(call, received, 200);
  }
}
