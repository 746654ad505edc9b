import type { ResponseHandlerDecorator } from "./handler-decorator.js";
import { SipResponseRange } from "./sip-response-range.js";

/** Handles error responses, 400–699. JSR 359. */
export function ErrorResponse(): ResponseHandlerDecorator {
  return SipResponseRange(400, 699);
}
