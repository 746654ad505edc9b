import { addSelector } from "../metadata/handler-record.js";
import type { ResponseHandlerDecorator } from "./handler-decorator.js";

/** Handles responses whose status lies between both ends, inclusive; several of these mean "or". JSR 359. */
export function SipResponseRange(begin: number, end: number): ResponseHandlerDecorator {
  return (target: object, name: string | symbol) => addSelector(target, name, { kind: "range", begin, end });
}
