import type { RAck } from "../headers/rack.js";
import type { SipMessage } from "../message/sip-message.js";
import type { SipResponse } from "../message/sip-response.js";
import { lenientRead } from "./lenient-read.js";
import { hasOptionTag } from "./option-tags.js";

/**
 * The RSeq of a reliable provisional response; undefined for any other response, also one that says `100rel` without a
 * number that can be read. RFC 3262 §4, §7.1
 */
export function responseNumberOf(response: SipResponse): number | undefined {
  const { statusCode } = response;
  if (statusCode <= 100 || statusCode >= 200 || response.field("rseq") === undefined) return undefined;
  if (response.method !== "INVITE" || !hasOptionTag(response, "Require", "100rel")) return undefined;
  return lenientRead(() => response.get("RSeq"));
}

/** The RAck of a PRACK; undefined when there is none that can be read. RFC 3262 §7.2 */
export function rackOf(prack: SipMessage): RAck | undefined {
  return prack.field("rack") === undefined ? undefined : lenientRead(() => prack.get("RAck"));
}
