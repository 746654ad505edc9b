import type { MessageContent } from "../api/multipart.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import type { MessageState } from "./message-state.js";

const textual =
  /^(?:text\/|application\/(?:sdp|json|xml|[\w.-]+\+xml|[\w.-]+\+json|dtmf-relay|dtmf|media_control\+xml)|message\/(?:sipfrag|cpim|imdn\+xml))/i;
const charsetParameter = /;\s*charset\s*=\s*"?([^";\s]+)/i;

/** The encoding that a content type names; undefined means UTF-8. */
export function charsetOf(contentType: string | undefined): string | undefined {
  return contentType === undefined ? undefined : charsetParameter.exec(contentType)?.[1];
}

/** The body as its type says: text for textual types, octets for others (JSR 289 §5.5). */
export function readContent(state: MessageState): MessageContent | undefined {
  const { body } = state;
  if (body.length === 0) return undefined;
  const contentType = state.field("content-type")?.text;
  if (contentType === undefined || !textual.test(contentType)) return body;
  return new TextDecoder(charsetOf(contentType) ?? "utf-8").decode(body);
}

/**
 * Sets the body. Text goes out as UTF-8, objects of a JSON type as JSON, octets as they are.
 * @throws IllegalArgumentError `argument.content`
 */
export function writeContent(state: MessageState, content: unknown, contentType: string): void {
  if (typeof contentType !== "string" || contentType === "") {
    throw new IllegalArgumentError("argument.content", {
      detail: "a body needs a content type, such as application/sdp",
    });
  }
  state.edit("the body").setBody(encode(content, contentType), contentType);
}

function encode(content: unknown, contentType: string): Uint8Array {
  if (content instanceof Uint8Array) return content;
  if (typeof content === "string") return Buffer.from(content, "utf8");
  if (/^application\/(?:json|[\w.-]+\+json)/i.test(contentType)) return Buffer.from(JSON.stringify(content), "utf8");
  throw new IllegalArgumentError("argument.content", {
    detail: `${typeof content} as ${contentType}; give text or octets`,
  });
}
