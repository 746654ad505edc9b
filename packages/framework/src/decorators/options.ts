import type { HandlerDecorator } from "./handler-decorator.js";
import { SipMethod } from "./sip-method.js";

/** Handles OPTIONS: requests, or responses to them. JSR 359; RFC 3261 §11. */
export function Options(): HandlerDecorator {
  return SipMethod("OPTIONS");
}
