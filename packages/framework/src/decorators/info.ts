import type { HandlerDecorator } from "./handler-decorator.js";
import { SipMethod } from "./sip-method.js";

/** Handles INFO: requests, or responses to them. JSR 359; RFC 6086. */
export function Info(): HandlerDecorator {
  return SipMethod("INFO");
}
