import type { NameAddress, RequestRejection, SipRequest } from "@siplet/core";
import type { SipTargetedRequestInfo, SipTargetedRequestType } from "../../api/application-routing.js";
import type { ContainerSipApplicationSession } from "../../session/container-sip-application-session.js";
import type { SessionRegistry } from "../../session/session-registry.js";
import { findReference, type DialogReference } from "./dialog-reference.js";

/** The application session that an initial request is meant for (JSR 289 §15.11). */
export interface SessionTarget {
  readonly applicationSession: ContainerSipApplicationSession;
  readonly type: SipTargetedRequestType;
  /** The session it joins or replaces. */
  readonly reference: DialogReference | undefined;
}

const types = { join: "JOIN", replaces: "REPLACES" } as const;

/** Finds whom an initial request is meant for; an encoded URI, also in our Route, comes before Join and Replaces. */
export function findSessionTarget(
  request: SipRequest,
  popped: readonly NameAddress[],
  registry: SessionRegistry,
): RequestRejection | SessionTarget | undefined {
  const reference = findReference(request, registry.table);
  if (reference !== undefined && "statusCode" in reference) return reference;
  const encoded =
    registry.findTarget(request.requestUriText) ?? (popped[0] && registry.findTarget(String(popped[0].uri)));
  if (encoded !== undefined) return { applicationSession: encoded, type: "ENCODED_URI", reference };
  if (reference === undefined) return undefined;
  return { applicationSession: reference.session.applicationSession, type: types[reference.kind], reference };
}

/** What the router hears of a target. */
export function targetedInfo(target: RequestRejection | SessionTarget | undefined): SipTargetedRequestInfo | undefined {
  if (target === undefined || "statusCode" in target) return undefined;
  return { type: target.type, applicationName: target.applicationSession.applicationName };
}
