import { EngineError } from "../errors/engine-error.js";
import { ASTERISK } from "../grammar/character-codes.js";
import { digitsValue } from "../grammar/digits.js";
import type { ParameterInput, ParametersInit } from "../grammar/parameter-list.js";
import { Parameters } from "../grammar/parameters.js";
import type { TextReader } from "../grammar/text-reader.js";
import { parseUri } from "../uri/parse-uri.js";
import type { Uri } from "../uri/uri.js";
import { plainAddressForm, plainAddressParameters, readAddressForm, writeAddressForm } from "./address-form.js";
import { expirySeconds } from "./delta-seconds.js";
import { HeaderValue, valueCodec, type HeaderCodec } from "./header-value.js";
import { qvalueOf, writeQvalue } from "./qvalue.js";

/** What a contact can be made from. */
export interface ContactParts {
  /** Without quotes and escapes. */
  readonly displayName?: string;
  readonly uri: Uri | string;
  /** Preference, 0 to 1. */
  readonly q?: number;
  /** Seconds. */
  readonly expires?: number;
  /** Parameters of the header field, not of the URI. */
  readonly parameters?: ParametersInit;
}

/** What stands before the parameters; the URI lacks in the wildcard. */
interface ContactForm {
  readonly displayName: string | undefined;
  readonly uri: Uri | undefined;
}

/** One value of Contact: an address where a user agent is reached, or `*`; RFC 3261 §20.10. */
export class Contact extends HeaderValue {
  /** The lone `*` of a REGISTER that removes all bindings, RFC 3261 §10.2.2. */
  static readonly wildcard = new Contact({ displayName: undefined, uri: undefined }, Parameters.empty, "*");

  #form: ContactForm | undefined;
  #parameters: Parameters | undefined;

  /** For the parser. Programs use {@link create}. Of a plain text alone the parts are read when asked for. */
  constructor(form: ContactForm | undefined, parameters: Parameters | undefined, text?: string) {
    super(text);
    this.#form = form;
    this.#parameters = parameters;
  }

  /** Makes a contact from its parts. Throws `uri.malformed` or `header.malformed`. */
  static create(parts: ContactParts): Contact {
    const uri = typeof parts.uri === "string" ? parseUri(parts.uri) : parts.uri;
    let parameters = Parameters.from(parts.parameters ?? []);
    if (parts.q !== undefined) parameters = parameters.with("q", writeQvalue(parts.q));
    if (parts.expires !== undefined) parameters = parameters.with("expires", Math.max(0, Math.trunc(parts.expires)));
    return new Contact({ displayName: parts.displayName, uri }, parameters);
  }

  /** Without quotes and escapes; `undefined` where none is written. */
  get displayName(): string | undefined {
    return (this.#form ??= plainAddressForm(this.toString())).displayName;
  }

  /** `undefined` for the wildcard only. */
  get uri(): Uri | undefined {
    return (this.#form ??= plainAddressForm(this.toString())).uri;
  }

  /** Parameters of the header field, not of the URI. */
  get parameters(): Parameters {
    return (this.#parameters ??= plainAddressParameters(this.toString()));
  }

  /** True for `*`. */
  get wildcard(): boolean {
    return this.uri === undefined;
  }

  /** Preference among contacts, 0 to 1; higher is wanted more. */
  get q(): number | undefined {
    const q = this.parameters.get("q");
    return q === undefined ? undefined : qvalueOf(q);
  }

  /** Seconds of life. A value that cannot be read counts as 3600 (RFC 3261 §20.10). */
  get expires(): number | undefined {
    const expires = this.parameters.get("expires");
    return expires === undefined ? undefined : expirySeconds(expires);
  }

  /** The URN of `+sip.instance` without its angle brackets, RFC 5626 §4.1. */
  get instanceId(): string | undefined {
    const instance = this.parameters.get("+sip.instance");
    return instance?.startsWith("<") === true && instance.endsWith(">") ? instance.slice(1, -1) : instance;
  }

  /** The `reg-id`, which names a flow, RFC 5626 §4.2: 1 to 2^31-1. */
  get registrationId(): number | undefined {
    const text = this.parameters.get("reg-id") ?? "";
    const value = digitsValue(text, 0, text.length);
    return value < 1 || value > 2_147_483_647 ? undefined : value;
  }

  /** A contact with these parts changed and the others kept. A part set to `undefined` is left out. */
  with(changes: Partial<ContactParts>): Contact {
    const uri = changes.uri ?? this.uri;
    if (uri === undefined) throw new EngineError("header.malformed", { detail: "Contact: * stands alone" });
    let parameters = changes.parameters === undefined ? this.parameters : Parameters.from(changes.parameters);
    for (const name of ["q", "expires"] as const) {
      if (name in changes && changes[name] === undefined) parameters = parameters.without(name);
    }
    const displayName = "displayName" in changes ? changes.displayName : this.displayName;
    return Contact.create({ displayName, uri, q: changes.q, expires: changes.expires, parameters });
  }

  /** A contact with one parameter set; `true` makes it a mere flag, `undefined` removes it. */
  withParameter(name: string, value: ParameterInput): Contact {
    return this.with({ parameters: this.parameters.with(name, value) });
  }

  /** The parts by name. */
  toJSON(): object {
    return { displayName: this.displayName, uri: this.uri, parameters: this.parameters };
  }

  protected override write(): string {
    const { displayName, uri } = this;
    return uri === undefined ? "*" : writeAddressForm({ displayName, uri }, this.parameters);
  }
}

/** Reads and writes Contact. */
export const contactCodec: HeaderCodec<Contact> = {
  ...valueCodec(readContact),
  ofPlain: (text) => new Contact(undefined, undefined, text),
};

function readContact(reader: TextReader): Contact {
  if (reader.peek() === ASTERISK && reader.text.trim() === "*") {
    reader.index = reader.end;
    return Contact.wildcard;
  }
  const start = reader.index;
  const form = readAddressForm(reader, false);
  const parameters = reader.parameters();
  const contact = new Contact(form, parameters, reader.textFrom(start));
  if (parameters.has("q") && contact.q === undefined) {
    reader.fail("q between 0 and 1, three digits at most, before this");
  }
  return contact;
}
