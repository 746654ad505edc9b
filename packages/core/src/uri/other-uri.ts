import { EngineError } from "../errors/engine-error.js";
import { letterCharacters, opaqueUriCharacters, schemeCharacters } from "../grammar/character-tables.js";
import { normalizeEscapes } from "../grammar/percent-encoding.js";
import { scanWhile } from "../grammar/scan.js";
import type { UriValue } from "./uri-value.js";

/** URN namespaces whose names compare without case: RFC 4122 §3, RFC 5031 §4.2, RFC 7254 §3. */
const caselessNamespaces: ReadonlySet<string> = new Set(["uuid", "service", "gsma"]);

/** A URI of a scheme the engine does not read, such as `urn:`, `http:`, `mailto:`, `cid:`: carried along as it is. */
export class OtherUri implements UriValue {
  readonly kind = "other";
  readonly scheme: string;
  readonly #text: string;
  #key: string | undefined;

  /** For the parser, which has checked the text. Programs use {@link create}. */
  constructor(scheme: string, text: string) {
    this.scheme = scheme;
    this.#text = text;
  }

  /** Makes a URI from its scheme and what follows the colon; throws `uri.malformed` for what can stand in no URI. */
  static create(parts: { readonly scheme: string; readonly opaque: string }): OtherUri {
    const { scheme, opaque } = parts;
    if (!isScheme(scheme) || !isOpaque(opaque)) {
      throw new EngineError("uri.malformed", { detail: `"${scheme}:${opaque}" is no URI` });
    }
    return new OtherUri(scheme.toLowerCase(), `${scheme}:${opaque}`);
  }

  /** What follows the colon, as received. */
  get opaque(): string {
    return this.#text.slice(this.scheme.length + 1);
  }

  /** Here the key says all: two such URIs are equal exactly when their keys are. */
  get key(): string {
    return (this.#key ??= this.#comparable());
  }

  /** Equality of texts, the scheme and needless escapes aside; URNs by the rules of RFC 8141 §3. */
  equals(other: UriValue): boolean {
    return other instanceof OtherUri && (this === other || this.key === other.key);
  }

  toString(): string {
    return this.#text;
  }

  toJSON(): string {
    return this.#text;
  }

  #comparable(): string {
    const opaque = normalizeEscapes(this.opaque);
    if (this.scheme !== "urn") return `${this.scheme}:${opaque}`;
    const colon = opaque.indexOf(":");
    const namespace = opaque.slice(0, Math.max(colon, 0)).toLowerCase();
    const name = opaque.slice(colon + 1);
    return `urn:${namespace}:${caselessNamespaces.has(namespace) ? name.toLowerCase() : name}`;
  }
}

/** Tells whether the text is a `scheme`: a letter, then letters, digits, `+`, `-`, `.` (RFC 3261 §25.1). */
export function isScheme(text: string): boolean {
  const starts = text.length > 0 && letterCharacters[text.charCodeAt(0)] === 1;
  return starts && scanWhile(text, 1, text.length, schemeCharacters) === text.length;
}

function isOpaque(text: string): boolean {
  return text.length > 0 && scanWhile(text, 0, text.length, opaqueUriCharacters) === text.length;
}
