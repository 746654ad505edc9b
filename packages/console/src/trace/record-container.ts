import type { SipContainer, SipServletRequest, SipServletResponse, SipSession } from "@siplet/framework";
import type { ContainerObserver, ObservedInvocation } from "@siplet/framework/spi";
import type { HandledMessage, TraceRecorder } from "./trace-recorder.js";

/** Records what happens in a container; gives the function that ends it. */
export function recordContainer(
  container: Pick<SipContainer, "observe" | "addTap">,
  recorder: TraceRecorder,
): () => void {
  const endTap = container.addTap(recorder);
  const endObserver = container.observe(observerOf(recorder));
  return () => {
    endTap();
    endObserver();
  };
}

function observerOf(recorder: TraceRecorder): ContainerObserver {
  return {
    onInvocation: (invocation) => recordInvocation(recorder, invocation),
    onSessionCreated: (session) => {
      if (session.callId !== undefined) recorder.joinSession(session.callId, session.applicationSession.id);
    },
    onSessionState: (session) => noteState(recorder, session, session.state),
    onSessionDestroyed: (session) => noteState(recorder, session, "destroyed"),
    onTimer: (timer, what) => {
      const { id, applicationName } = timer.applicationSession;
      const delay = what === "set" ? timer.timeRemaining : undefined;
      const event = { application: applicationName, timerId: timer.id, what, delay, time: Date.now() };
      recorder.note(id, { kind: "timer", ...event });
    },
  };
}

function recordInvocation(recorder: TraceRecorder, invocation: ObservedInvocation): (error?: unknown) => void {
  const { applicationName: application, applicationSessionId, handler: label, message } = invocation;
  const begin = performance.now();
  const started = { application, applicationSessionId, label, message: message && handled(message) };
  const end = recorder.startHandler(started, Date.now());
  return (error) => end(performance.now() - begin, error);
}

function handled(message: SipServletRequest | SipServletResponse): HandledMessage {
  const status = "status" in message ? message.status : undefined;
  return { callId: message.callId, method: message.method, status };
}

function noteState(recorder: TraceRecorder, session: SipSession, state: string): void {
  const { id: sessionId, callId = "", applicationSession } = session;
  const application = applicationSession.applicationName;
  recorder.note(applicationSession.id, { kind: "state", application, sessionId, callId, state, time: Date.now() });
}
