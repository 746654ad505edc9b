import type { HandlerDecorator } from "./handler-decorator.js";
import { SipMethod } from "./sip-method.js";

/** Handles REGISTER: requests, or responses to them. JSR 359; RFC 3261 §10. */
export function Register(): HandlerDecorator {
  return SipMethod("REGISTER");
}
