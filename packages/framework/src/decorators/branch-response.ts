import { addSelector } from "../metadata/handler-record.js";
import type { ResponseHandlerDecorator } from "./handler-decorator.js";

/** Handles final responses of single branches of a proxied request; no other method gets them. JSR 359. */
export function BranchResponse(): ResponseHandlerDecorator {
  return (target: object, name: string | symbol) => addSelector(target, name, { kind: "branchResponse" });
}
