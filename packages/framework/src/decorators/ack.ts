import type { HandlerDecorator } from "./handler-decorator.js";
import { SipMethod } from "./sip-method.js";

/** Handles ACK: requests, or responses to them. JSR 359; RFC 3261 §13.2.2.4. */
export function Ack(): HandlerDecorator {
  return SipMethod("ACK");
}
