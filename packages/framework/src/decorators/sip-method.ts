import { addSelector } from "../metadata/handler-record.js";
import type { HandlerDecorator } from "./handler-decorator.js";

/** Handles the messages of a method, its name compared case-sensitively; several of these mean "or". JSR 359. */
export function SipMethod(method: string): HandlerDecorator {
  return (target: object, name: string | symbol) => addSelector(target, name, { kind: "method", method });
}
