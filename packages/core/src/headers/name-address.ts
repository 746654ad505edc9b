import type { ParameterInput, ParametersInit } from "../grammar/parameter-list.js";
import { Parameters } from "../grammar/parameters.js";
import { TextReader } from "../grammar/text-reader.js";
import { checkToken } from "../grammar/token.js";
import { parseUri } from "../uri/parse-uri.js";
import type { Uri } from "../uri/uri.js";
import {
  plainAddressForm,
  plainAddressParameters,
  readAddressForm,
  writeAddressForm,
  type AddressForm,
} from "./address-form.js";
import { HeaderValue, valueCodec, type HeaderCodec } from "./header-value.js";

/** What an address can be made from. */
export interface NameAddressParts {
  /** Without quotes and escapes. */
  readonly displayName?: string;
  readonly uri: Uri | string;
  readonly tag?: string;
  /** Parameters of the header field, not of the URI. */
  readonly parameters?: ParametersInit;
}

/**
 * An address with the parameters of its header field: From, To, Route, Record-Route, Refer-To, P-Asserted-Identity
 * and others, RFC 3261 §20.10. Immutable; the JSR calls it `Address`.
 */
export class NameAddress extends HeaderValue {
  #form: AddressForm | undefined;
  #parameters: Parameters | undefined;

  /** For the parser. Programs use {@link create}. Of a plain text alone the parts are read when asked for. */
  constructor(form: AddressForm | undefined, parameters: Parameters | undefined, text?: string) {
    super(text);
    this.#form = form;
    this.#parameters = parameters;
  }

  /** Makes an address from its parts. Throws `uri.malformed` or `header.malformed`. */
  static create(parts: NameAddressParts): NameAddress {
    const uri = typeof parts.uri === "string" ? parseUri(parts.uri) : parts.uri;
    const parameters = Parameters.from(parts.parameters ?? []);
    return new NameAddress({ displayName: parts.displayName, uri }, withTag(parameters, parts.tag));
  }

  /** Without quotes and escapes; `undefined` where none is written. */
  get displayName(): string | undefined {
    return (this.#form ??= plainAddressForm(this.toString())).displayName;
  }

  get uri(): Uri {
    return (this.#form ??= plainAddressForm(this.toString())).uri;
  }

  /** Parameters of the header field, not of the URI. */
  get parameters(): Parameters {
    return (this.#parameters ??= plainAddressParameters(this.toString()));
  }

  /** The tag, which names a side of a dialog; compares with case. */
  get tag(): string | undefined {
    return this.parameters.get("tag");
  }

  /** An address with these parts changed and the others kept. A part set to `undefined` is left out. */
  with(changes: Partial<NameAddressParts>): NameAddress {
    const parameters = changes.parameters === undefined ? this.parameters : Parameters.from(changes.parameters);
    return NameAddress.create({
      displayName: "displayName" in changes ? changes.displayName : this.displayName,
      uri: changes.uri ?? this.uri,
      parameters: "tag" in changes && changes.tag === undefined ? parameters.without("tag") : parameters,
      tag: changes.tag,
    });
  }

  /** An address with one parameter set; `true` makes it a mere flag, `undefined` removes it. */
  withParameter(name: string, value: ParameterInput): NameAddress {
    return new NameAddress({ displayName: this.displayName, uri: this.uri }, this.parameters.with(name, value));
  }

  /** The parts by name. */
  toJSON(): object {
    return { displayName: this.displayName, uri: this.uri, parameters: this.parameters };
  }

  protected override write(): string {
    return writeAddressForm(this, this.parameters);
  }
}

function withTag(parameters: Parameters, tag: string | undefined): Parameters {
  return tag === undefined ? parameters : parameters.withRaw("tag", checkToken(tag, "tag"));
}

/** Reads and writes `( name-addr / addr-spec ) *( SEMI param )`. */
export const nameAddressCodec: HeaderCodec<NameAddress> = {
  ...valueCodec((reader) => readNameAddress(reader, false)),
  ofPlain: plainNameAddress,
};

/** Reads and writes `name-addr *( SEMI param )`: the URI must stand in angle brackets. */
export const routeCodec: HeaderCodec<NameAddress> = {
  ...valueCodec((reader) => readNameAddress(reader, true)),
  ofPlain: plainNameAddress,
};

/**
 * Reads an address as it stands in a header field, RFC 3261 §20.10. Throws `address.malformed`; for the value of a
 * certain header use its definition, which names the header.
 */
export function parseNameAddress(text: string): NameAddress {
  const reader = new TextReader(text, "address", "address.malformed");
  reader.skipSpace();
  const address = readNameAddress(reader, false);
  reader.finish();
  return address;
}

function plainNameAddress(text: string): NameAddress {
  return new NameAddress(undefined, undefined, text);
}

function readNameAddress(reader: TextReader, bracketsRequired: boolean): NameAddress {
  const start = reader.index;
  const form = readAddressForm(reader, bracketsRequired);
  const parameters = reader.parameters();
  return new NameAddress(form, parameters, reader.textFrom(start));
}
