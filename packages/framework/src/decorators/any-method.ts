import { addSelector } from "../metadata/handler-record.js";
import type { HandlerDecorator } from "./handler-decorator.js";

/** Handles the messages of every method that has no handler of its own. JSR 359. */
export function AnyMethod(): HandlerDecorator {
  return (target: object, name: string | symbol) => addSelector(target, name, { kind: "anyMethod" });
}
