import type { HandlerDecorator } from "./handler-decorator.js";
import { SipMethod } from "./sip-method.js";

/** Handles BYE: requests, or responses to them. JSR 359; RFC 3261 §15. */
export function Bye(): HandlerDecorator {
  return SipMethod("BYE");
}
