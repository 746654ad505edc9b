/** Long names of the compact forms (RFC 3261 §20 and the RFCs that added some). */
const longNames: Readonly<Record<string, string>> = {
  a: "accept-contact",
  b: "referred-by",
  c: "content-type",
  d: "request-disposition",
  e: "content-encoding",
  f: "from",
  i: "call-id",
  j: "reject-contact",
  k: "supported",
  l: "content-length",
  m: "contact",
  n: "identity-info",
  o: "event",
  r: "refer-to",
  s: "subject",
  t: "to",
  u: "allow-events",
  v: "via",
  x: "session-expires",
  y: "identity",
};

/**
 * A message as a judge sees it: cut into lines and nothing more. It shares no code with the engine, so that an error of
 * the engine's parser cannot hide one of its writer.
 */
export class WireMessage {
  /** The whole message, one character for each octet. */
  readonly text: string;
  readonly startLine: string;
  /** Name as written and value without surrounding space, in order. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** What stands behind the empty line, as UTF-8. */
  readonly body: string;

  constructor(message: string | Uint8Array) {
    this.text = typeof message === "string" ? message : Buffer.from(message).toString("latin1");
    const end = this.text.indexOf("\r\n\r\n");
    const [startLine = "", ...lines] = (end < 0 ? this.text : this.text.slice(0, end)).split("\r\n");
    this.startLine = startLine;
    this.fields = unfold(lines).map(cutField);
    this.body = end < 0 ? "" : Buffer.from(this.text.slice(end + 4), "latin1").toString("utf8");
  }

  get isRequest(): boolean {
    return !this.startLine.startsWith("SIP/");
  }

  /** Method of the request, or that of the CSeq of a response. */
  get method(): string {
    return this.isRequest ? (this.startLine.split(" ")[0] ?? "") : this.cseqMethod;
  }

  /** Request-URI; "" in a response. */
  get requestUri(): string {
    return this.isRequest ? (this.startLine.split(" ")[1] ?? "") : "";
  }

  /** Status code; 0 in a request. */
  get status(): number {
    return this.isRequest ? 0 : Number(this.startLine.split(" ")[1]);
  }

  /** What stands behind the status code; "" in a request. */
  get reasonPhrase(): string {
    return this.isRequest ? "" : this.startLine.split(" ").slice(2).join(" ");
  }

  /** `INVITE`, or `200 INVITE`. */
  get summary(): string {
    return this.isRequest ? this.method : `${this.status} ${this.method}`;
  }

  /** Value of the first field of that name, by long or compact form. */
  header(name: string): string | undefined {
    return this.headers(name)[0];
  }

  /** Values of all fields of that name; values joined by commas stay joined. */
  headers(name: string): string[] {
    const key = longName(name);
    return this.fields.filter(([each]) => longName(each) === key).map(([, value]) => value);
  }

  /** Values of all fields of that name, joined ones cut at the commas outside quotes and angle brackets. */
  values(name: string): string[] {
    return this.headers(name).flatMap(cutList);
  }

  get topVia(): string {
    return this.values("Via")[0] ?? "";
  }

  get branch(): string {
    return parameter(this.topVia, "branch") ?? "";
  }

  get callId(): string {
    return this.header("Call-ID") ?? "";
  }

  get fromTag(): string | undefined {
    return parameter(this.header("From") ?? "", "tag");
  }

  get toTag(): string | undefined {
    return parameter(this.header("To") ?? "", "tag");
  }

  get sequenceNumber(): number {
    return Number((this.header("CSeq") ?? "").split(" ")[0]);
  }

  get cseqMethod(): string {
    return (this.header("CSeq") ?? "").split(" ").at(-1) ?? "";
  }

  /** URI of the first Contact, without angle brackets. */
  get contactUri(): string | undefined {
    const contact = this.values("Contact")[0];
    return contact === undefined ? undefined : (/<([^>]*)>/.exec(contact)?.[1] ?? contact.split(";")[0]);
  }

  toString(): string {
    return this.text;
  }
}

function longName(name: string): string {
  const lower = name.toLowerCase();
  return longNames[lower] ?? lower;
}

function unfold(lines: readonly string[]): string[] {
  const fields: string[] = [];
  for (const line of lines) {
    const last = fields.length - 1;
    if (/^[ \t]/.test(line) && last >= 0) fields[last] = `${fields[last]} ${line.trim()}`;
    else fields.push(line);
  }
  return fields;
}

function cutField(line: string): [string, string] {
  const colon = line.indexOf(":");
  return colon < 0 ? [line, ""] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}

function cutList(value: string): string[] {
  const pieces = value.match(/(?:"(?:\\.|[^"\\])*"|<[^>]*>|[^,"<])+/g) ?? [];
  return pieces.map((piece) => piece.trim());
}

/** Value of a parameter behind the angle brackets. */
function parameter(value: string, name: string): string | undefined {
  const tail = value.slice(value.lastIndexOf(">") + 1);
  return new RegExp(`;\\s*${name}\\s*=\\s*([^;,\\s]*)`, "i").exec(tail)?.[1];
}
