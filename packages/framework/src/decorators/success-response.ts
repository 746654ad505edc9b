import type { ResponseHandlerDecorator } from "./handler-decorator.js";
import { SipResponseRange } from "./sip-response-range.js";

/** Handles success responses, 200–299. JSR 359. */
export function SuccessResponse(): ResponseHandlerDecorator {
  return SipResponseRange(200, 299);
}
