import type { HandlerDecorator } from "./handler-decorator.js";
import { SipMethod } from "./sip-method.js";

/** Handles PRACK: requests, or responses to them. JSR 359; RFC 3262. */
export function Prack(): HandlerDecorator {
  return SipMethod("PRACK");
}
