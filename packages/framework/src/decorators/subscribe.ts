import type { HandlerDecorator } from "./handler-decorator.js";
import { SipMethod } from "./sip-method.js";

/** Handles SUBSCRIBE: requests, or responses to them. JSR 359; RFC 6665. */
export function Subscribe(): HandlerDecorator {
  return SipMethod("SUBSCRIBE");
}
