import { parseMediaType, type MediaType } from "../../headers/media-type.js";
import { readBody, type BodyPart } from "../../message/body-part.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { RequestRefusal } from "./request-refusal.js";

/** Which bodies a user agent takes. */
export interface AcceptedBodies {
  /** Media types or ranges such as `text/*`. */
  readonly types: readonly string[];
  /** Content codings; `identity` goes without saying. */
  readonly encodings?: readonly string[];
  /** Language tags; all when left out. */
  readonly languages?: readonly string[];
}

/** Judges the bodies of requests by RFC 3261 §8.2.3 and RFC 5621 §4, §6: type, encoding, language, multipart, handling. */
export class BodyCheck {
  readonly #accepted: AcceptedBodies;
  readonly #ranges: readonly MediaType[];
  readonly #encodings: ReadonlySet<string>;

  constructor(accepted: AcceptedBodies) {
    this.#accepted = accepted;
    this.#ranges = accepted.types.map(parseMediaType);
    this.#encodings = new Set(["identity", ...(accepted.encodings ?? []).map((each) => each.toLowerCase())]);
  }

  /** Why the body of a request cannot be taken; undefined when it can, or when there is none. */
  check(request: SipRequest): RequestRefusal | undefined {
    const body = readBody(request);
    if (body === undefined || isOptional(body)) return undefined;
    if (body.type === undefined) return { statusCode: 400, reason: "Content-Type is missing or malformed" };
    return this.#checkEncoding(body) ?? this.#checkLanguage(body) ?? this.#checkType(body);
  }

  #checkType(body: BodyPart): RequestRefusal | undefined {
    if (this.#isUnderstood(body)) return undefined;
    return { statusCode: 415, fields: [["Accept", this.#accepted.types.join(", ")]] };
  }

  #isUnderstood(part: BodyPart): boolean {
    if (isOptional(part)) return true;
    const { type } = part;
    if (type === undefined) return false;
    if (this.#ranges.some((range) => range.includes(type))) return true;
    if (type.type !== "multipart" || part.parts.length === 0) return false;
    const isUnderstood = (each: BodyPart): boolean => this.#isUnderstood(each);
    return type.subtype === "alternative" ? part.parts.some(isUnderstood) : part.parts.every(isUnderstood);
  }

  #checkEncoding(body: BodyPart): RequestRefusal | undefined {
    const codings = tokensOf(body, "content-encoding");
    if (codings.every((coding) => this.#encodings.has(coding))) return undefined;
    return { statusCode: 415, fields: [["Accept-Encoding", (this.#accepted.encodings ?? ["identity"]).join(", ")]] };
  }

  #checkLanguage(body: BodyPart): RequestRefusal | undefined {
    const { languages } = this.#accepted;
    const said = tokensOf(body, "content-language");
    if (languages === undefined || said.length === 0) return undefined;
    if (said.some((tag) => languages.some((range) => matchesLanguage(tag, range.toLowerCase())))) return undefined;
    return { statusCode: 415, fields: [["Accept-Language", languages.join(", ")]] };
  }
}

function isOptional({ disposition }: BodyPart): boolean {
  return disposition?.handling === "optional";
}

function tokensOf({ fields }: BodyPart, key: string): string[] {
  return fields
    .filter((field) => field.key === key)
    .flatMap((field) => field.text.toLowerCase().split(","))
    .map((token) => token.trim())
    .filter((token) => token !== "");
}

/** `en` takes `en-GB` too (RFC 4647 §3.3.1). */
function matchesLanguage(tag: string, range: string): boolean {
  return range === "*" || tag === range || tag.startsWith(`${range}-`);
}
