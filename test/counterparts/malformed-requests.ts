/** A request that is wrong in one place, and what a user agent server answers. */
export interface MalformedRequest {
  readonly name: string;
  /** Where the standard says so. */
  readonly section: string;
  /** Statuses that are right. */
  readonly expect: readonly number[];
  /** Header values that replace those of a correct OPTIONS; `null` removes the line. `%` stands for its Request-URI. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** Start line, with `%` as above. */
  readonly requestLine?: string;
  /** Header lines added at the end. */
  readonly added?: readonly string[];
}

/** Sent over UDP, where each datagram is one message whatever its Content-Length says. The names are those of RFC 4475 where it has one. */
export const malformedRequests: readonly MalformedRequest[] = [
  { name: "missing-cseq", section: "RFC 3261 §8.1.1", expect: [400], headers: { CSeq: null } },
  { name: "missing-from", section: "RFC 3261 §8.1.1", expect: [400], headers: { From: null } },
  { name: "missing-to", section: "RFC 3261 §8.1.1", expect: [400], headers: { To: null } },
  { name: "cseq-other-method", section: "RFC 4475 §3.1.2.17", expect: [400], headers: { CSeq: "1 INVITE" } },
  {
    name: "scalar02-cseq",
    section: "RFC 4475 §3.1.2.4",
    expect: [400],
    headers: { CSeq: "36893488147419103232 OPTIONS" },
  },
  { name: "clerr", section: "RFC 4475 §3.1.2.2", expect: [400], headers: { "Content-Length": "9999" } },
  { name: "ncl", section: "RFC 4475 §3.1.2.3", expect: [400], headers: { "Content-Length": "-999" } },
  { name: "quotbal", section: "RFC 4475 §3.1.2.6", expect: [400], headers: { To: '"Mr. J. User <%>' } },
  { name: "ltgtruri", section: "RFC 4475 §3.1.2.7", expect: [400], requestLine: "OPTIONS <%> SIP/2.0" },
  { name: "lwsruri", section: "RFC 4475 §3.1.2.8", expect: [400], requestLine: "OPTIONS %; lr SIP/2.0" },
  {
    name: "escruri",
    section: "RFC 4475 §3.1.2.11",
    expect: [400],
    requestLine: "OPTIONS %?Route=sip:example.com SIP/2.0",
  },
  { name: "badvers", section: "RFC 4475 §3.1.2.16", expect: [505], requestLine: "OPTIONS % SIP/7.0" },
  { name: "multi01-from", section: "RFC 4475 §3.3.8", expect: [400], added: ["From: <sip:other@127.0.0.1>;tag=2"] },
  {
    name: "unkscm",
    section: "RFC 4475 §3.3.2",
    expect: [416],
    requestLine: "OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0",
  },
  {
    name: "bext01",
    section: "RFC 4475 §3.3.5",
    expect: [420],
    added: ["Require: nothingSupportsThis, nothingSupportsThisEither"],
  },
  {
    name: "unknown-method",
    section: "RFC 3261 §8.2.1, §21.5.2",
    expect: [405, 501],
    requestLine: "NEWMETHOD % SIP/2.0",
    headers: { CSeq: "1 NEWMETHOD" },
  },
];

/**
 * Text of a malformed request to `uri`, e.g. "sip:hello@127.0.0.1:5060"; `local` is the own address for Via, From and Contact.
 * With `exchangeRaw`: `await exchangeRaw({ port }, (local) => malformedText(request, uri, local))`.
 */
export function malformedText(request: MalformedRequest, uri: string, local: string): string {
  const id = `${request.name}-${Math.random().toString(36).slice(2)}`;
  const headers: Record<string, string | null> = {
    Via: `SIP/2.0/UDP ${local};branch=z9hG4bK${id};rport`,
    "Max-Forwards": "70",
    From: `<sip:rude@${local}>;tag=${id}`,
    To: "<%>",
    "Call-ID": id,
    CSeq: "1 OPTIONS",
    Contact: `<sip:rude@${local}>`,
    "Content-Length": "0",
    ...request.headers,
  };
  const lines = Object.entries(headers).flatMap(([header, value]) => (value === null ? [] : [`${header}: ${value}`]));
  const all = [request.requestLine ?? "OPTIONS % SIP/2.0", ...lines, ...(request.added ?? []), "", ""];
  return all.join("\r\n").replaceAll("%", uri);
}
