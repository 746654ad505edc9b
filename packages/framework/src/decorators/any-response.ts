import { addSelector } from "../metadata/handler-record.js";
import type { ResponseHandlerDecorator } from "./handler-decorator.js";

/**
 * Handles responses of every status. Not in the JSR: it says that a method takes responses where the compiler does not
 * emit the types of parameters.
 */
export function AnyResponse(): ResponseHandlerDecorator {
  return (target: object, name: string | symbol) => addSelector(target, name, { kind: "anyResponse" });
}
