import type { MessageBuilder } from "../message/message-builder.js";
import type { SipMessage } from "../message/sip-message.js";
import { lenientRead } from "./lenient-read.js";

/** Headers that list option tags (RFC 3261 §19.2). */
export type OptionTagHeader = "Supported" | "Require" | "Proxy-Require" | "Unsupported";

/** The option tags of a header in lower case; tags compare without case. A header that cannot be read names none. */
export function optionTags(message: SipMessage, header: OptionTagHeader): readonly string[] {
  const key = header.toLowerCase();
  if (message.field(key) === undefined) return [];
  return lenientRead(() => message.get(header))?.map((tag) => tag.toLowerCase()) ?? [];
}

/** Tells whether a header of the message names an option tag. */
export function hasOptionTag(message: SipMessage, header: OptionTagHeader, tag: string): boolean {
  return optionTags(message, header).includes(tag);
}

/** Tells whether the sender of a request understands an extension: it supports or requires it. */
export function understands(request: SipMessage, tag: string): boolean {
  return hasOptionTag(request, "Supported", tag) || hasOptionTag(request, "Require", tag);
}

/** Adds an option tag to a header of a message in the making, unless it stands there. */
export function addOptionTag(draft: MessageBuilder, header: OptionTagHeader, tag: string): void {
  const key = header.toLowerCase();
  const texts = draft.fields.filter((field) => field.key === key).map(({ text }) => text);
  const isThere = texts.some((text) => text.split(",").some((each) => each.trim().toLowerCase() === tag));
  if (isThere) return;
  const tags = [...texts.filter((text) => text !== ""), tag];
  draft.set(header, tags.join(", "));
}
