import type { SipUri } from "./sip-uri.js";
import type { UriHeader } from "./uri-headers.js";
import type { Uri } from "./uri.js";

/** What a URI asks of the request built from it, RFC 3261 §19.1.5. */
export interface RequestParts {
  /** The `method` parameter, else `INVITE`. */
  readonly method: string;
  /** The URI without its `method` parameter and header part. */
  readonly requestUri: SipUri;
  /** Header fields that may be put into the request. */
  readonly headers: readonly UriHeader[];
  /** Header fields that describe the body or the time; put in only after they were checked to be true. */
  readonly unverified: readonly UriHeader[];
  /** Header fields that would forge identity, routing or capabilities; leave them out. */
  readonly refused: readonly UriHeader[];
  /** The `body` pseudo header field. */
  readonly body: string | undefined;
}

const neverHonoured: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "allow",
  "call-id",
  "i",
  "contact",
  "m",
  "cseq",
  "from",
  "f",
  "organization",
  "record-route",
  "route",
  "supported",
  "k",
  "user-agent",
  "via",
  "v",
]);

const honouredWhenTrue: ReadonlySet<string> = new Set([
  "content-disposition",
  "content-encoding",
  "e",
  "content-language",
  "content-length",
  "l",
  "content-type",
  "c",
  "date",
  "mime-version",
  "timestamp",
]);

/** Takes a URI from a Contact, a Refer-To or a web page apart into what a request is built from, RFC 3261 §19.1.5. */
export function requestParts(uri: SipUri): RequestParts {
  const fields = Array.from(uri.headers).filter(({ name }) => name.toLowerCase() !== "body");
  const refused = fields.filter((field) => isOneOf(neverHonoured, field));
  const unverified = fields.filter((field) => isOneOf(honouredWhenTrue, field));
  return {
    method: uri.method ?? "INVITE",
    requestUri: uri.toRequestUri(),
    headers: fields.filter((field) => !refused.includes(field) && !unverified.includes(field)),
    unverified,
    refused,
    body: uri.headers.get("body"),
  };
}

function isOneOf(names: ReadonlySet<string>, field: UriHeader): boolean {
  return names.has(field.name.toLowerCase());
}

/** The URI as it may stand in a request line; only SIP URIs may hold more than that (RFC 3261 §19.1.1). */
export function toRequestUri<U extends Uri>(uri: U): U | SipUri {
  return uri.kind === "sip" ? uri.toRequestUri() : uri;
}
