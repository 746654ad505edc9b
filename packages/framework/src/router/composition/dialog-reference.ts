import { dialogId, type RequestRejection, type SipRequest } from "@siplet/core";
import type { ContainerSipSession } from "../../session/container-sip-session.js";
import type { SessionTable } from "../../session/session-table.js";

/** The session that an INVITE wants to join or replace (JSR 289 §15.11.3). */
export interface DialogReference {
  readonly kind: "join" | "replaces";
  readonly session: ContainerSipSession;
}

const bad = (reason: string): RequestRejection => ({ statusCode: 400, reason });

/**
 * Reads Join (RFC 3911) and Replaces (RFC 3891) of an initial request: why it is refused, the session of this container's
 * user agents that it names, or undefined where it names none.
 */
export function findReference(
  request: SipRequest,
  sessions: SessionTable,
): RequestRejection | DialogReference | undefined {
  const count = request.fieldsOf("join").length + request.fieldsOf("replaces").length;
  if (count === 0) return undefined;
  if (request.method !== "INVITE") return bad("Only INVITE takes Join or Replaces");
  if (count > 1) return bad("One Join or one Replaces");
  const kind = request.field("join") === undefined ? "replaces" : "join";
  const id = readId(request, kind);
  if (id === undefined) return bad(`Malformed ${kind === "join" ? "Join" : "Replaces"}`);
  const session = sessions.findByDialog(id).find((each) => each.role !== "proxy" && each.isValid);
  return session && { kind, session };
}

/** The dialog that Join or Replaces of an INVITE names; undefined for none, and for what is malformed. */
export function referencedDialog(request: SipRequest): string | undefined {
  if (request.field("join") !== undefined) return readId(request, "join");
  return request.field("replaces") === undefined ? undefined : readId(request, "replaces");
}

function readId(request: SipRequest, kind: "join" | "replaces"): string | undefined {
  try {
    const reference = kind === "join" ? request.get("Join") : request.get("Replaces");
    return reference === undefined ? undefined : dialogId(reference.callId, reference.toTag, reference.fromTag);
  } catch {
    return undefined;
  }
}
