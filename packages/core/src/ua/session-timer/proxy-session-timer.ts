import type { RequestBuilder } from "../../message/request-builder.js";
import type { ResponseBuilder } from "../../message/response-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import { addOptionTag } from "../option-tags.js";
import { leastInterval, readSessionTimer, writeMinimum, writeSessionExpires } from "./session-timer-fields.js";

/** What a proxy wants of session timers. */
export interface ProxySessionTimer {
  /** Longest interval in seconds. */
  readonly interval: number;
  /** Shortest interval, in seconds; 90 when left out. */
  readonly minimum?: number;
}

/** What a proxy does with an INVITE or UPDATE: pass it on with these values, or refuse it by 422 with this Min-SE. */
export type ProxySessionTimerVerdict =
  | { readonly kind: "forward"; readonly seconds: number; readonly minimum: number }
  | { readonly kind: "too-small"; readonly minimum: number };

/**
 * Decides about the session timer of a request to be passed on: a Session-Expires is put in where there is none, lowered
 * but not below Min-SE, and raised only for a caller that knows no timers. RFC 4028 §8.1
 */
export function proxySessionTimer(request: SipRequest, wish: ProxySessionTimer): ProxySessionTimerVerdict {
  const asked = readSessionTimer(request);
  const own = Math.max(wish.minimum ?? leastInterval, leastInterval);
  if (asked.seconds !== undefined && asked.seconds < own) {
    return asked.knowsTimer ? { kind: "too-small", minimum: own } : { kind: "forward", seconds: own, minimum: own };
  }
  const minimum = asked.minimum;
  const wanted = Math.max(wish.interval, own, minimum);
  return { kind: "forward", seconds: Math.min(asked.seconds ?? wanted, wanted), minimum };
}

/** Writes the values of a verdict into the request that goes on; who refreshes stays as it was said. */
export function writeProxySessionTimer(
  draft: RequestBuilder,
  request: SipRequest,
  verdict: Extract<ProxySessionTimerVerdict, { kind: "forward" }>,
): void {
  const { refresher, minimum } = readSessionTimer(request);
  writeSessionExpires(draft, verdict.seconds, refresher);
  if (verdict.minimum !== minimum) writeMinimum(draft, verdict.minimum);
}

/**
 * Completes a 2xx without Session-Expires, from a callee that knows no timers, for a caller that does: the caller refreshes.
 * A Session-Expires that stands there is never changed. RFC 4028 §8.2
 */
export function completeProxySuccess(draft: ResponseBuilder, response: SipResponse, sent: SipRequest): void {
  const { seconds, knowsTimer } = readSessionTimer(sent);
  if (!response.isSuccess || response.has("Session-Expires") || seconds === undefined || !knowsTimer) return;
  writeSessionExpires(draft, seconds, "uac");
  addOptionTag(draft, "Require", "timer");
}
