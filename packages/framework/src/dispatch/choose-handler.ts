import { hasSessionDescription } from "@siplet/core";
import { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import type { SessionTermination } from "../message/session-termination.js";
import { existingUsage } from "../message/session-usage.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { MessageTaker } from "../session/message-taker.js";
import { asksContainer } from "./answer-question.js";
import type { DeployedApplication } from "./deployed-application.js";
import type { DeliveredMessage, Handler } from "./handler.js";

/**
 * The code that takes a message, by what the session is once its turn has come: handlers before it may have set another
 * servlet, or ended the dialog. JSR 289 §6.2.7, JSR 359, method selection
 */
export function chooseHandler(
  application: DeployedApplication,
  session: ContainerSipSession,
  message: DeliveredMessage,
): Handler {
  const termination = existingUsage(session)?.termination;
  if (termination !== undefined) return endedBy(termination, message);
  if (session.taker !== undefined) return takenBy(session.taker, message);
  if (message instanceof ContainerSipServletRequest) {
    return application.requestHandler(session.handler, message) ?? unhandled(message, application);
  }
  return application.responseHandler(session.handler, message) ?? noHandler;
}

function takenBy(taker: MessageTaker, message: DeliveredMessage): Handler {
  return {
    label: taker.label,
    invoke: () =>
      message instanceof ContainerSipServletRequest ? taker.takeRequest(message) : taker.takeResponse(message),
  };
}

function endedBy(termination: SessionTermination, message: DeliveredMessage): Handler {
  return {
    label: `${message.method} while the dialog ends`,
    invoke: () =>
      message instanceof ContainerSipServletRequest
        ? termination.receiveRequest(message)
        : termination.receiveResponse(message),
  };
}

/** No handler: an initial request is answered 501, a subsequent one is left alone (JSR 359, method selection). */
function unhandled(request: ContainerSipServletRequest, application: DeployedApplication): Handler {
  if (!request.isInitial) return isAnsweredByContainer(request) ? welcome(request) : noHandler;
  if (asksContainer(request.state.request())) return welcome(request);
  return {
    label: "no handler",
    invoke: () => {
      const response = request.createResponse(501);
      const allowed = application.allowedMethods(request.session.handler);
      if (allowed.length > 0) response.setHeader("Allow", allowed.join(", "));
      return response.send();
    },
  };
}

/** What the container asked for itself, and no handler wants: a PRACK, a refresh of the session without description. */
function isAnsweredByContainer({ method, session, state }: ContainerSipServletRequest): boolean {
  if (session.role === "proxy") return false;
  if (method === "PRACK") return true;
  if (method !== "UPDATE" || session.existingSignalling?.isTimerRunning !== true) return false;
  return !hasSessionDescription(state.request());
}

function welcome(request: ContainerSipServletRequest): Handler {
  return { label: "no handler", invoke: () => request.createResponse(200).send() };
}

const noHandler: Handler = { label: "no handler", invoke: () => undefined };
