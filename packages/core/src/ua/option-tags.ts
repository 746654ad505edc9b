import type { SipMessage } from "../message/sip-message.js";

/** Headers that list option tags (RFC 3261 §19.2). */
export type OptionTagHeader = "Supported" | "Require" | "Proxy-Require" | "Unsupported";

/** The option tags of a header in lower case; tags compare without case. A header that cannot be read names none. */
export function optionTags(message: SipMessage, header: OptionTagHeader): readonly string[] {
  const key = header.toLowerCase();
  if (message.field(key) === undefined) return [];
  try {
    return message.get(header).map((tag) => tag.toLowerCase());
  } catch {
    return [];
  }
}

/** Tells whether a header of the message names an option tag. */
export function hasOptionTag(message: SipMessage, header: OptionTagHeader, tag: string): boolean {
  return optionTags(message, header).includes(tag);
}

/** Tells whether the sender of a request understands an extension: it supports or requires it. */
export function understands(request: SipMessage, tag: string): boolean {
  return hasOptionTag(request, "Supported", tag) || hasOptionTag(request, "Require", tag);
}
