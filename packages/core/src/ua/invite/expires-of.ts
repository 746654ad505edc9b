import type { SipMessage } from "../../message/sip-message.js";

const digits = /^\d{1,10}$/;

/** Seconds of the Expires of an INVITE (RFC 3261 §20.19); one that cannot be read counts for none. */
export function expiresOf(invite: SipMessage): number | undefined {
  const text = invite.field("expires")?.text;
  return text !== undefined && digits.test(text) ? Number(text) : undefined;
}
