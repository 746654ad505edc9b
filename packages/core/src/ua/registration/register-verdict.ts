import type { ExchangeOutcome } from "../exchange/client-exchange.js";
import { namesOption, secondsOf } from "../exchange/lenient-fields.js";

/** What an answer to REGISTER asks for. */
export type RegisterVerdict =
  | { readonly kind: "granted" }
  /** 423: ask for so many seconds (RFC 3261 §10.2.8). */
  | { readonly kind: "longer"; readonly expires: number }
  /** 439, or 420 for `outbound`: register without (RFC 5626 §4.2.1). */
  | { readonly kind: "plain" }
  /** May work later. */
  | { readonly kind: "failed" }
  /** Will not work as it is. */
  | { readonly kind: "refused" };

/** 4xx and 5xx that tell of a passing state, and 5xx that do not. */
const passing = new Set([408, 429, 430, 480, 486, 491, 494]);
const lasting = new Set([501, 505, 513]);

/** What follows from the outcome of a REGISTER that asked for `expires` seconds. */
export function judgeRegister(outcome: ExchangeOutcome, expires: number, isOutbound: boolean): RegisterVerdict {
  const { statusCode, response } = outcome;
  if (statusCode >= 200 && statusCode < 300) return { kind: "granted" };
  if (statusCode === 423 && response !== undefined) {
    const least = secondsOf(response, "Min-Expires") ?? 0;
    return least > expires ? { kind: "longer", expires: least } : { kind: "refused" };
  }
  if (isOutbound && statusCode === 439) return { kind: "plain" };
  if (isOutbound && statusCode === 420 && response !== undefined && namesOption(response, "Unsupported", "outbound")) {
    return { kind: "plain" };
  }
  if (passing.has(statusCode)) return { kind: "failed" };
  return statusCode >= 500 && statusCode < 600 && !lasting.has(statusCode) ? { kind: "failed" } : { kind: "refused" };
}
