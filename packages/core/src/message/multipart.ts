import { createHash } from "node:crypto";
import { ContentDisposition } from "../headers/content-disposition.js";
import type { BodyPart } from "./body-part.js";
import { createHeaderField, type HeaderField } from "./header-field.js";
import type { BodyInput } from "./message-builder.js";

/** One part as it is written: its own fields, and octets. A part that was read is one. */
export type PartContent = Pick<BodyPart, "fields" | "body">;

/** Header fields of a part, such as `Content-Disposition`, by name. */
export type PartHeaders = Readonly<Record<string, string>>;

/** A multipart body and the Content-Type that goes with it: what `setBody` takes. */
export interface MultipartBody {
  readonly body: Uint8Array;
  readonly contentType: string;
}

/** What may be said of a multipart body beyond its parts. */
export interface MultipartOptions {
  /** `mixed` unless told otherwise (RFC 5621 §4). */
  readonly subtype?: string;
  /** Parameters of the type, such as `start` of multipart/related (RFC 2387). */
  readonly parameters?: string;
}

/**
 * Makes a part. Binary octets need no encoding: SIP carries eight bits.
 * @throws EngineError `header.malformed`
 */
export function createPart(contentType: string, body: BodyInput, headers: PartHeaders = {}): PartContent {
  const fields: HeaderField[] = [createHeaderField("Content-Type", contentType)];
  for (const [name, text] of Object.entries(headers)) fields.push(createHeaderField(name, text));
  return { fields, body: typeof body === "string" ? Buffer.from(body, "utf8") : body };
}

/**
 * Puts parts together, in order; a multipart body may be a part in turn. The boundary is one that stands in none of them
 * (RFC 2046 §5.1.1): it is made of their hash, so that nobody can write a part which holds it.
 * @throws EngineError `header.malformed`
 */
export function joinParts(parts: readonly PartContent[], options: MultipartOptions = {}): MultipartBody {
  const sections = parts.map(sectionOf);
  const boundary = boundaryOf(sections);
  const chunks: Uint8Array[] = [];
  for (const [index, section] of sections.entries()) {
    chunks.push(Buffer.from(`${index === 0 ? "" : "\r\n"}--${boundary}\r\n`, "latin1"), section);
  }
  chunks.push(Buffer.from(`${parts.length === 0 ? "" : "\r\n"}--${boundary}--\r\n`, "latin1"));
  const parameters = options.parameters === undefined ? "" : `;${options.parameters}`;
  return {
    body: Buffer.concat(chunks),
    contentType: `multipart/${options.subtype ?? "mixed"};boundary=${boundary}${parameters}`,
  };
}

/**
 * How a body is to be taken: what it says, else `session` for SDP and `render` for all others, both required
 * (RFC 3261 §20.11, RFC 5621 §3).
 */
export function dispositionOf({ type, disposition }: Pick<BodyPart, "type" | "disposition">): ContentDisposition {
  return disposition ?? ContentDisposition.create({ type: type?.essence === "application/sdp" ? "session" : "render" });
}

function sectionOf({ fields, body }: PartContent): Buffer {
  const head = fields.map(({ line }) => `${line}\r\n`).join("");
  return Buffer.concat([Buffer.from(`${head}\r\n`, "latin1"), body]);
}

function boundaryOf(sections: readonly Buffer[]): string {
  const hash = createHash("sha256");
  for (const section of sections) hash.update(section);
  const stem = `part-${hash.digest("hex").slice(0, 24)}`;
  for (let number = 0; ; number++) {
    const boundary = number === 0 ? stem : `${stem}-${number}`;
    if (!sections.some((section) => section.includes(`--${boundary}`, 0, "latin1"))) return boundary;
  }
}
