import type { SipServletMessage } from "../api/object-model.js";
import type { UaMode } from "../api/ua-mode.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { Ongoing } from "../session/ongoing.js";

/**
 * The messages of a session that still wait for something of the application, by CSeq: received requests without final
 * answer, or received 2xx without ACK and reliable provisionals without PRACK. JSR 289 §12
 */
export function pendingMessages(session: ContainerSipSession, mode: UaMode): readonly SipServletMessage[] {
  const ongoing = session.ongoing
    .filter((each) => each.isServer === (mode === "UAS"))
    .toSorted((one, other) => one.sequenceNumber - other.sequenceNumber);
  return ongoing.flatMap((each) => (each.isServer ? pendingRequest(each) : pendingResponses(each, session)));
}

function pendingRequest({ servletRequest }: Ongoing): readonly SipServletMessage[] {
  return servletRequest.isCommitted ? [] : [servletRequest];
}

function pendingResponses(exchange: Ongoing, session: ContainerSipSession): readonly SipServletMessage[] {
  const branch = exchange.branchOf?.(session);
  if (branch === undefined) return [];
  const { finalResponse } = branch;
  const isPending = finalResponse !== undefined && finalResponse.status < 300 && !finalResponse.isCommitted;
  const provisionals = branch.getUnacknowledgedProvisionalResponses();
  return isPending ? [...provisionals, finalResponse] : provisionals;
}
