/** Header fields to add or replace: by name, one value or several; `undefined` takes the field away. */
export type HeaderOverrides = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a test wants otherwise than usual in a request. */
export interface RequestTextOptions {
  readonly method: string;
  /** Request-URI. */
  readonly uri?: string;
  /** Whole Via values, the top one first; else one is made of `transport`, `sentBy` and `branch`. */
  readonly via?: string | readonly string[];
  readonly transport?: string;
  readonly sentBy?: string;
  readonly branch?: string;
  /** Whole From value; `fromTag` is put behind or in place of its tag. */
  readonly from?: string;
  readonly fromTag?: string;
  /** Whole To value; `toTag` is put behind or in place of its tag. */
  readonly to?: string;
  readonly toTag?: string;
  readonly callId?: string;
  readonly sequenceNumber?: number;
  /** Contact value; none by default except where the method needs one. */
  readonly contact?: string;
  /** Route values. */
  readonly route?: readonly string[];
  readonly headers?: HeaderOverrides;
  readonly body?: string;
  readonly contentType?: string;
}

/** Methods whose requests tell where the sender can be reached (RFC 3261 §8.1.1.8, §20 table 2). */
const contactMethods = new Set(["INVITE", "SUBSCRIBE", "NOTIFY", "REFER", "UPDATE"]);

/** Writes a whole request with CRLF line ends: what RFC 3261 §8.1.1 asks for, with the changes a test wants. */
export function requestText(options: RequestTextOptions): string {
  const { method, uri = "sip:bob@example.com", body = "" } = options;
  const fields = new Map<string, readonly string[]>([
    ["Via", viaValues(options)],
    ["Route", options.route ?? []],
    ["From", [addressWithTag(options.from, "<sip:alice@example.org>;tag=alice-tag", options.fromTag)]],
    ["To", [addressWithTag(options.to, "<sip:bob@example.com>", options.toTag)]],
    ["Call-ID", [options.callId ?? "call-1@example.org"]],
    ["CSeq", [`${options.sequenceNumber ?? 1} ${method}`]],
    ["Max-Forwards", ["70"]],
    ["Contact", contactValues(options)],
  ]);
  return messageText(`${method} ${uri} SIP/2.0`, fields, { ...options, body });
}

function viaValues(options: RequestTextOptions): readonly string[] {
  const { via, transport = "UDP", sentBy = "192.0.2.1:5060", branch = "z9hG4bK-1" } = options;
  if (via !== undefined) return typeof via === "string" ? [via] : via;
  return [`SIP/2.0/${transport} ${sentBy};branch=${branch}`];
}

function contactValues({ method, contact, sentBy = "192.0.2.1:5060" }: RequestTextOptions): readonly string[] {
  if (contact !== undefined) return [contact];
  return contactMethods.has(method) ? [`<sip:alice@${sentBy}>`] : [];
}

function addressWithTag(value: string | undefined, usual: string, tag: string | undefined): string {
  const address = value ?? usual;
  return tag === undefined ? address : `${address.replace(/;\s*tag=[^;]*/i, "")};tag=${tag}`;
}

/** What requests and responses have in common behind the start line. */
export interface MessageTail {
  readonly headers?: HeaderOverrides;
  readonly body: string;
  readonly contentType?: string;
}

/** Writes a start line, fields with their changes, and a body with its length and type. */
export function messageText(
  startLine: string,
  fields: Map<string, readonly string[]>,
  { headers = {}, body, contentType = "application/sdp" }: MessageTail,
): string {
  if (body !== "") fields.set("Content-Type", [contentType]);
  fields.set("Content-Length", [String(Buffer.byteLength(body))]);
  for (const [name, value] of Object.entries(headers)) {
    const known = [...fields.keys()].find((each) => each.toLowerCase() === name.toLowerCase()) ?? name;
    if (value === undefined) fields.delete(known);
    else fields.set(known, typeof value === "string" ? [value] : value);
  }
  const lines = [...fields].flatMap(([name, values]) => values.map((value) => `${name}: ${value}`));
  return `${[startLine, ...lines].join("\r\n")}\r\n\r\n${body}`;
}
