import type { BridgeSettings } from "./bridge-settings.js";

/**
 * What does not pass as it came: a challenge is none of the caller's business, and 503 would keep the caller from this
 * container (RFC 3261 §16.7 step 6). Only an INVITE is answered 408 (RFC 4320 §4.1).
 */
const usual: Readonly<Record<number, number>> = { 401: 403, 407: 403, 503: 500 };

/** The status that a final answer of one leg becomes for the other. */
export function mapStatus(status: number, settings: BridgeSettings, method = "INVITE"): number {
  if (status < 300) return status;
  const { failures, relaysChallenges } = settings;
  const wanted = failures[String(status)] ?? failures[`${Math.trunc(status / 100)}xx`];
  if (wanted !== undefined) return wanted;
  if (relaysChallenges && (status === 401 || status === 407)) return status;
  if (status === 408 && method !== "INVITE") return 504;
  return usual[status] ?? status;
}
