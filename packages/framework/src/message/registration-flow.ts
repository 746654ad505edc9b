import type { Connection, SipRequest, SipResponse } from "@siplet/core";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { ContainerFlows } from "./container-flows.js";

/** A registration that was accepted, and the flow it took. */
export interface AcceptedRegistration {
  readonly register: SipRequest;
  readonly response: SipResponse;
  readonly connection: Connection | undefined;
}

/**
 * Keeps the flow of a registration alive where the registrar supports outbound, at the pace that Flow-Timer tells; the end of
 * the registration ends that. RFC 5626 §4.4
 */
export function followRegistration(
  { register, response, connection }: AcceptedRegistration,
  flows: ContainerFlows,
  { application }: ContainerSipSession,
): void {
  if (connection === undefined) return;
  if (isRemoval(register)) flows.leave(connection);
  else if (requiresOutbound(response)) flows.keepAlive(connection, application, flowTimerOf(response));
}

function requiresOutbound(response: SipResponse): boolean {
  const fields = response.fieldsOf("require");
  return fields.some(({ text }) => text.split(",").some((tag) => tag.trim().toLowerCase() === "outbound"));
}

function isRemoval(register: SipRequest): boolean {
  if (register.field("expires")?.text.trim() === "0") return true;
  const contacts = register.fieldsOf("contact");
  return contacts.length > 0 && contacts.every(({ text }) => /;\s*expires\s*=\s*0\b/i.test(text));
}

/** Seconds; 0 where none is stated. */
function flowTimerOf(response: SipResponse): number {
  const seconds = Number(response.field("flow-timer")?.text ?? "0");
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}
