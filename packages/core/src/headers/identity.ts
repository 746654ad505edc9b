import { QUOTE } from "../grammar/character-codes.js";
import { signatureCharacters } from "../grammar/character-tables.js";
import type { Parameters } from "../grammar/parameters.js";
import { unquote } from "../grammar/quoted-string.js";
import type { TextReader } from "../grammar/text-reader.js";
import { valueCodec } from "./header-value.js";
import { ParameterizedValue } from "./parameterized-value.js";

/** A signed statement of who calls: one value of Identity, RFC 8224 §4; of RFC 4474 only the signature is there. */
export class Identity extends ParameterizedValue<Identity> {
  constructor(
    /** The signature or the whole PASSporT, without quotes. */
    readonly digest: string,
    readonly isQuoted: boolean,
    parameters: Parameters,
    text?: string,
  ) {
    super(parameters, text);
  }

  /** URI of the certificate, without its angle brackets. */
  get info(): string | undefined {
    const info = this.parameters.get("info");
    return info?.startsWith("<") === true ? info.slice(1, -1) : info;
  }

  /** Signature algorithm; `undefined` stands for `ES256`. */
  get algorithm(): string | undefined {
    return this.parameters.get("alg");
  }

  /** PASSporT extension, such as `shaken`. */
  get passportType(): string | undefined {
    return this.parameters.get("ppt");
  }

  override withParameters(parameters: Parameters): Identity {
    return new Identity(this.digest, this.isQuoted, parameters);
  }

  protected override writeLead(): string {
    return this.isQuoted ? `"${this.digest}"` : this.digest;
  }
}

/** Reads and writes Identity. */
export const identityCodec = valueCodec(readIdentity);

function readIdentity(reader: TextReader): Identity {
  const start = reader.index;
  const isQuoted = reader.peek() === QUOTE;
  const digest = isQuoted ? unquote(reader.quotedString()) : reader.run(signatureCharacters, "a signature");
  const parameters = reader.parameters({ bracketedUri: true });
  return new Identity(digest, isQuoted, parameters, reader.textFrom(start));
}
