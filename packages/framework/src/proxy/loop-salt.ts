import type { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";

/**
 * What decides where an application sends a request, beside the message: which application it is, and what the router said,
 * since one application may stand in a chain twice, for the caller and for the called (RFC 5393 §4.2.1).
 */
export function loopSaltOf({ applicationSession, selection }: ContainerSipServletRequest): string {
  const { applicationName } = applicationSession;
  if (selection === undefined) return applicationName;
  return `${applicationName}\n${selection.region?.label ?? ""}\n${textOf(selection.stateInfo)}`;
}

function textOf(stateInfo: unknown): string {
  try {
    return JSON.stringify(stateInfo) ?? "";
  } catch {
    return "";
  }
}
