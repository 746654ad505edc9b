import {
  createPart,
  isEngineError,
  joinParts,
  readBody,
  textOf,
  type BodyPart as EnginePart,
  type PartContent,
} from "@siplet/core";
import type { BodyPart, MessageContent, Multipart } from "../api/multipart.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { ServletError } from "../errors/servlet-error.js";
import type { MessageState } from "./message-state.js";

const textual =
  /^(?:text\/|application\/(?:sdp|json|xml|[\w.-]+\+xml|[\w.-]+\+json|dtmf-relay|dtmf|media_control\+xml)|message\/(?:sipfrag|cpim|imdn\+xml))/i;
const json = /^application\/(?:json|[\w.-]+\+json)/i;
const charsetParameter = /;\s*charset\s*=\s*"?([^";\s]+)"?/i;

/** Charsets that text can be written in, and how Node calls them. */
const writableCharsets: Readonly<Record<string, BufferEncoding>> = {
  "utf-8": "utf8",
  utf8: "utf8",
  "us-ascii": "ascii",
  ascii: "ascii",
  "iso-8859-1": "latin1",
  latin1: "latin1",
  "utf-16le": "utf16le",
};

/** The encoding that a content type names; undefined means UTF-8. */
export function charsetOf(contentType: string | undefined): string | undefined {
  return contentType === undefined ? undefined : charsetParameter.exec(contentType)?.[1];
}

/** A content type with another charset; undefined takes it away. @throws IllegalArgumentError `argument.content` */
export function withCharset(contentType: string | undefined, charset: string | undefined): string {
  if (contentType === undefined) {
    throw new IllegalArgumentError("argument.content", { detail: "a charset needs a content type; set that first" });
  }
  const bare = contentType.replace(charsetParameter, "");
  if (charset === undefined) return bare;
  requireCharset(charset);
  return `${bare};charset=${charset}`;
}

/** The body as its type says: text for textual types, parts for multipart, octets for others (JSR 289 §5.5). */
export function readContent(state: MessageState): MessageContent | undefined {
  const part = readBody(state);
  return part === undefined ? undefined : contentOf(part, typeTextOf(part));
}

/**
 * Sets the body. Text goes out in the charset of its type, objects of a JSON type as JSON, parts as multipart, octets as
 * they are. @throws IllegalArgumentError `argument.content`
 */
export function writeContent(state: MessageState, content: unknown, contentType: string): void {
  if (typeof contentType !== "string" || contentType === "") {
    throw new IllegalArgumentError("argument.content", {
      detail: "a body needs a content type, such as application/sdp",
    });
  }
  const draft = state.edit("the body");
  try {
    if (isMultipart(content)) {
      const { body, contentType: type } = joinParts(content.parts.map(writePart), multipartOptions(contentType));
      draft.setBody(body, type);
    } else draft.setBody(encode(content, contentType), contentType);
  } catch (cause) {
    if (!isEngineError(cause)) throw cause;
    throw new IllegalArgumentError("argument.content", { detail: cause.message, cause });
  }
}

function contentOf(part: EnginePart, contentType: string | undefined): MessageContent {
  if (part.parts.length > 0) return { parts: part.parts.map(readPart) };
  if (/^multipart\//i.test(contentType ?? "")) {
    throw new ServletError("parse.header", { detail: `the body is no ${String(contentType)}` });
  }
  if (contentType === undefined || !textual.test(contentType)) return part.body;
  try {
    return textOf(part);
  } catch (cause) {
    throw new ServletError("unsupported.operation", { detail: `the charset of ${contentType}`, cause });
  }
}

function readPart(part: EnginePart): BodyPart {
  const contentType = typeTextOf(part) ?? "text/plain";
  const others = part.fields.filter((field) => field.key !== "content-type");
  const headers = Object.fromEntries(others.map((field) => [field.name, field.text]));
  return { contentType, headers, content: contentOf(part, contentType) };
}

function typeTextOf({ fields }: Pick<EnginePart, "fields">): string | undefined {
  return fields.find((field) => field.key === "content-type")?.text;
}

function writePart({ contentType, headers, content }: BodyPart): PartContent {
  if (!isMultipart(content)) return createPart(contentType, encode(content, contentType), headers);
  const joined = joinParts(content.parts.map(writePart), multipartOptions(contentType));
  return createPart(joined.contentType, joined.body, headers);
}

/** Subtype and parameters of `multipart/related;type=…`; the boundary is made anew. */
function multipartOptions(contentType: string): { readonly subtype: string; readonly parameters?: string } {
  const [type = "", ...parameters] = contentType.split(";").map((each) => each.trim());
  const [kind = "", subtype = ""] = type.split("/");
  if (kind.toLowerCase() !== "multipart" || subtype === "") {
    throw new IllegalArgumentError("argument.content", { detail: `parts as ${contentType}; give multipart/…` });
  }
  const kept = parameters.filter((each) => each !== "" && !/^boundary\s*=/i.test(each));
  return kept.length === 0 ? { subtype } : { subtype, parameters: kept.join(";") };
}

function isMultipart(content: unknown): content is Multipart {
  return typeof content === "object" && content !== null && "parts" in content && Array.isArray(content.parts);
}

function encode(content: unknown, contentType: string): Uint8Array {
  if (content instanceof Uint8Array) return content;
  if (typeof content === "string") return Buffer.from(content, requireCharset(charsetOf(contentType) ?? "utf-8"));
  const text = json.test(contentType) && content !== undefined ? JSON.stringify(content) : undefined;
  if (text !== undefined) return Buffer.from(text, "utf8");
  throw new IllegalArgumentError("argument.content", {
    detail: `${content === null ? "null" : typeof content} as ${contentType}; give text, octets or parts`,
  });
}

function requireCharset(charset: string): BufferEncoding {
  const encoding = writableCharsets[charset.toLowerCase()];
  if (encoding !== undefined) return encoding;
  throw new IllegalArgumentError("argument.content", {
    detail: `text in ${charset}; give octets, or one of ${Object.keys(writableCharsets).join(", ")}`,
  });
}
