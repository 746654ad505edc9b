import type { HandlerDecorator } from "./handler-decorator.js";
import { SipMethod } from "./sip-method.js";

/** Handles CANCEL: requests, or responses to them. JSR 359; RFC 3261 §9. */
export function Cancel(): HandlerDecorator {
  return SipMethod("CANCEL");
}
