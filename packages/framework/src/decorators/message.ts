import type { HandlerDecorator } from "./handler-decorator.js";
import { SipMethod } from "./sip-method.js";

/** Handles MESSAGE: requests, or responses to them. JSR 359; RFC 3428. */
export function Message(): HandlerDecorator {
  return SipMethod("MESSAGE");
}
