import type { ResponseHandlerDecorator } from "./handler-decorator.js";
import { SipResponseRange } from "./sip-response-range.js";

/** Handles redirect responses, 300–399. JSR 359. */
export function RedirectResponse(): ResponseHandlerDecorator {
  return SipResponseRange(300, 399);
}
