import type { ParametersInit } from "../grammar/parameter-list.js";
import { Parameters } from "../grammar/parameters.js";
import { checkToken } from "../grammar/token.js";
import { ParameterizedValue, parameterizedCodec } from "./parameterized-value.js";
import { qvalueOf } from "./qvalue.js";

/**
 * A token with parameters: the values of Accept-Encoding, Accept-Language, Accept-Contact and Reject-Contact (`*`),
 * Feature-Caps, Recv-Info, Info-Package, Answer-Mode, P-Access-Network-Info and others.
 */
export class ParameterizedToken extends ParameterizedValue<ParameterizedToken> {
  constructor(
    readonly value: string,
    parameters: Parameters,
    text?: string,
  ) {
    super(parameters, text);
  }

  /** Makes a value from its parts. Throws `header.malformed`. */
  static create(value: string, parameters: ParametersInit = []): ParameterizedToken {
    return new ParameterizedToken(checkToken(value, "value"), Parameters.from(parameters));
  }

  /** Preference, 0 to 1, where the header knows one. */
  get q(): number | undefined {
    return qvalueOf(this.parameters.get("q") ?? "");
  }

  override withParameters(parameters: Parameters): ParameterizedToken {
    return new ParameterizedToken(this.value, parameters);
  }

  protected override writeLead(): string {
    return this.value;
  }
}

/** Reads and writes `token *( SEMI param )`. */
export const parameterizedTokenCodec = parameterizedCodec(
  (reader) => reader.token(),
  (value, parameters, text) => new ParameterizedToken(value, parameters, text),
);
