import { addSelector } from "../metadata/handler-record.js";
import type { ResponseHandlerDecorator } from "./handler-decorator.js";

/** Handles responses with this status; several of these mean "or". JSR 359. */
export function SipResponseCode(code: number): ResponseHandlerDecorator {
  return (target: object, name: string | symbol) => addSelector(target, name, { kind: "code", code });
}
