import type { HandlerDecorator } from "./handler-decorator.js";
import { SipMethod } from "./sip-method.js";

/** Handles PUBLISH: requests, or responses to them. JSR 359; RFC 3903. */
export function Publish(): HandlerDecorator {
  return SipMethod("PUBLISH");
}
