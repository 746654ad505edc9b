import type { SipServletResponse } from "../api/object-model.js";
import type { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";

/** The code that takes one message. */
export interface Handler {
  /** `Calls.onInvite`, for logs. */
  readonly label: string;
  /** Calls it; what it returns may be a promise. */
  invoke(): unknown;
}

/** A message on its way to an application. */
export type DeliveredMessage = ContainerSipServletRequest | SipServletResponse;

/** Told when a handler has settled: forward, watch for an answer. */
export type AfterHandler = (message: DeliveredMessage, handler: Handler) => void;
