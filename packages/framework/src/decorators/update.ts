import type { HandlerDecorator } from "./handler-decorator.js";
import { SipMethod } from "./sip-method.js";

/** Handles UPDATE: requests, or responses to them. JSR 359; RFC 3311. */
export function Update(): HandlerDecorator {
  return SipMethod("UPDATE");
}
