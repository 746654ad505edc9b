import type { HandlerDecorator } from "./handler-decorator.js";
import { SipMethod } from "./sip-method.js";

/** Handles INVITE: requests, or responses to them. JSR 359; RFC 3261 §13. */
export function Invite(): HandlerDecorator {
  return SipMethod("INVITE");
}
