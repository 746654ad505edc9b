import type { MessageBuilder } from "../../message/message-builder.js";
import type { SipMessage } from "../../message/sip-message.js";
import { lenientRead } from "../lenient-read.js";
import { understands } from "../option-tags.js";

/** Who refreshes, by its role in the transaction that says so. */
export type RefresherRole = "uac" | "uas";

/** What a message says of the session timer. */
export interface SessionTimerFields {
  /** Session-Expires in seconds; undefined when it is absent or cannot be read. */
  readonly seconds: number | undefined;
  readonly refresher: RefresherRole | undefined;
  /** Min-SE, 90 when it is absent or lower (RFC 4028 §5). */
  readonly minimum: number;
  /** Whether the sender knows session timers: Supported or Require says `timer`. */
  readonly knowsTimer: boolean;
}

/** No session interval is shorter (RFC 4028 §4). */
export const leastInterval = 90;

/** What a message says of the session timer; what cannot be read counts as absent. */
export function readSessionTimer(message: SipMessage): SessionTimerFields {
  const expires = lenientRead(() => message.get("Session-Expires"));
  const minimum = lenientRead(() => message.get("Min-SE"))?.seconds ?? leastInterval;
  return {
    seconds: expires?.seconds,
    refresher: expires?.refresher,
    minimum: Math.max(minimum, leastInterval),
    knowsTimer: understands(message, "timer"),
  };
}

/** Writes Session-Expires in place of the one that stands there. */
export function writeSessionExpires(draft: MessageBuilder, seconds: number, refresher?: RefresherRole): void {
  draft.set("Session-Expires", refresher === undefined ? String(seconds) : `${seconds};refresher=${refresher}`);
}

/** Writes Min-SE; the least one goes without saying (RFC 4028 §7.1). */
export function writeMinimum(draft: MessageBuilder, seconds: number): void {
  if (seconds > leastInterval) draft.set("Min-SE", String(seconds));
  else draft.remove("Min-SE");
}
