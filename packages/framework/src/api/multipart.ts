/** One part of a multipart body. RFC 5621. */
export interface BodyPart {
  readonly contentType: string;
  /** MIME header fields besides Content-Type, such as Content-Disposition. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly content: string | Uint8Array | Multipart;
}

/** The content of a `multipart/*` body. Java has `javax.mail.Multipart`. */
export interface Multipart {
  readonly parts: readonly BodyPart[];
}

/** What `getContent` gives: text for `text/*` and other textual types, parts for `multipart/*`, bytes for the rest. */
export type MessageContent = string | Uint8Array | Multipart;
