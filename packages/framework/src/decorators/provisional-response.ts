import type { ResponseHandlerDecorator } from "./handler-decorator.js";
import { SipResponseRange } from "./sip-response-range.js";

/** Handles provisional responses, 101–199; 100 never reaches an application. JSR 359. */
export function ProvisionalResponse(): ResponseHandlerDecorator {
  return SipResponseRange(101, 199);
}
