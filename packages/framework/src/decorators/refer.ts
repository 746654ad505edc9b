import type { HandlerDecorator } from "./handler-decorator.js";
import { SipMethod } from "./sip-method.js";

/** Handles REFER: requests, or responses to them. JSR 359; RFC 3515. */
export function Refer(): HandlerDecorator {
  return SipMethod("REFER");
}
