import type { ParameterInput, ParametersInit } from "../grammar/parameter-list.js";
import { normalizeEscapes } from "../grammar/percent-encoding.js";
import { readTelSubscriber, withoutSeparators, type TelUriFields } from "./tel-grammar.js";
import { UriFault } from "./uri-fault.js";
import { UriParameters } from "./uri-parameters.js";
import type { UriValue } from "./uri-value.js";

/** What a tel URI can be made from. */
export interface TelUriParts {
  /** Global with a leading `+`, else local: then a `phone-context` parameter must be there. Separators may stand inside. */
  readonly number: string;
  readonly parameters?: ParametersInit;
}

/** A telephone number as URI, RFC 3966. Immutable; the JSR calls it `TelURL`. */
export class TelUri implements UriValue, TelUriFields {
  readonly kind = "tel";
  readonly scheme = "tel";
  /** The number as written, with its visual separators. */
  readonly number: string;
  readonly parameters: UriParameters;
  #text: string | undefined;
  #key: string | undefined;

  /** For the parser, which has checked the parts. Programs use {@link create}. */
  constructor(fields: TelUriFields, text?: string) {
    this.number = fields.number;
    this.parameters = fields.parameters;
    this.#text = text;
  }

  /** Makes a URI from its parts, parameters in the order of RFC 3966 §3; throws `uri.malformed` for what the grammar forbids. */
  static create(parts: TelUriParts): TelUri {
    const parameters = inWrittenOrder(UriParameters.from(parts.parameters ?? []));
    const text = `tel:${parts.number}${parameters.toString()}`;
    const fields = readTelSubscriber(text, 4);
    if (fields instanceof UriFault) throw fields.toError();
    return new TelUri(fields, text);
  }

  /** True for a number that is unique in the world, written with a leading `+`. */
  get isGlobal(): boolean {
    return this.number.startsWith("+");
  }

  /** The number without its visual separators; a global one with its `+`. */
  get digits(): string {
    return withoutSeparators(this.number);
  }

  /** The `phone-context` parameter: where a local number is valid. */
  get phoneContext(): string | undefined {
    return this.parameters.get("phone-context");
  }

  /** The `ext` parameter: the extension. */
  get extension(): string | undefined {
    return this.parameters.get("ext");
  }

  /** The `isub` parameter: the ISDN subaddress. */
  get subaddress(): string | undefined {
    return this.parameters.get("isub");
  }

  /** Here the key says all: two tel URIs are equal exactly when their keys are. */
  get key(): string {
    return (this.#key ??= telUriKey(this));
  }

  /** A URI with these parts changed and the others kept. */
  with(changes: Partial<TelUriParts>): TelUri {
    return TelUri.create({ number: changes.number ?? this.number, parameters: changes.parameters ?? this.parameters });
  }

  /** A URI with one parameter set; `true` makes it a mere flag, `undefined` removes it. */
  withParameter(name: string, value: ParameterInput): TelUri {
    return this.with({ parameters: this.parameters.with(name, value) });
  }

  equals(other: UriValue): boolean {
    return other instanceof TelUri && (this === other || this.key === other.key);
  }

  toString(): string {
    return (this.#text ??= `tel:${this.number}${this.parameters.toString()}`);
  }

  toJSON(): string {
    return this.toString();
  }
}

/** `isub` and `ext` first, then `phone-context`, then the others by name (RFC 3966 §3). */
function inWrittenOrder(parameters: UriParameters): UriParameters {
  const entries = Array.from(parameters, ([name, value]) => [name, value ?? true] as const);
  return UriParameters.from(entries.toSorted(([left], [right]) => (orderOf(left) < orderOf(right) ? -1 : 1)));
}

function orderOf(name: string): string {
  const key = name.toLowerCase();
  const known = ["isub", "ext", "phone-context"].indexOf(key);
  return known < 0 ? `9${key}` : String(known);
}

/** Digits without separators, then the parameters by name, all in lower case (RFC 3966 §4). */
function telUriKey(uri: TelUriFields): string {
  const parameters = uri.parameters.names().map((name) => {
    const raw = uri.parameters.getRaw(name);
    return raw === undefined ? name : `${name}=${comparableValue(name.toLowerCase(), raw)}`;
  });
  const written = parameters.map((parameter) => `;${parameter.toLowerCase()}`).toSorted();
  return `tel:${withoutSeparators(uri.number).toLowerCase()}${written.join("")}`;
}

function comparableValue(name: string, raw: string): string {
  const isNumber = name === "ext" || (name === "phone-context" && raw.startsWith("+"));
  return isNumber ? withoutSeparators(raw) : normalizeEscapes(raw);
}
