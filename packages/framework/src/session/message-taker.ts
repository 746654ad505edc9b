import type { SipServletRequest, SipServletResponse, SipSession } from "../api/object-model.js";

/** Takes the messages of sessions in place of their servlets, such as a bridge: stands above sessions, so it is a port. */
export interface MessageTaker {
  /** What it is, for logs. */
  readonly label: string;
  takeRequest(request: SipServletRequest): unknown;
  takeResponse(response: SipServletResponse): unknown;
  /** No ACK came for a 2xx of the session, or no PRACK for a reliable provisional. */
  onUnacknowledged(response: SipServletResponse): void;
  /** One of its sessions was invalidated. */
  onSessionEnded(session: SipSession): void;
}
