import type { HandlerDecorator } from "./handler-decorator.js";
import { SipMethod } from "./sip-method.js";

/** Handles NOTIFY: requests, or responses to them. JSR 359; RFC 6665. */
export function Notify(): HandlerDecorator {
  return SipMethod("NOTIFY");
}
