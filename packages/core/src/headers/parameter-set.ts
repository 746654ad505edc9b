import { SEMICOLON } from "../grammar/character-codes.js";
import type { ParametersInit } from "../grammar/parameter-list.js";
import { Parameters } from "../grammar/parameters.js";
import { HeaderValue, valueCodec } from "./header-value.js";

/** Parameters with nothing before them: P-Charging-Vector and P-Charging-Function-Addresses, RFC 7315 §5.5, §5.6. */
export class ParameterSet extends HeaderValue {
  constructor(
    readonly parameters: Parameters,
    text?: string,
  ) {
    super(text);
  }

  /** Makes a value. Throws `header.malformed`. */
  static create(parameters: ParametersInit): ParameterSet {
    return new ParameterSet(Parameters.from(parameters));
  }

  /** The same with other parameters. */
  withParameters(parameters: Parameters): ParameterSet {
    return new ParameterSet(parameters);
  }

  protected override write(): string {
    return this.parameters.join(";");
  }
}

/** Reads and writes `param *( SEMI param )`; a name may repeat, as the addresses of charging functions do. */
export const parameterSetCodec = valueCodec((reader) => {
  const start = reader.index;
  const parameters = reader.parameterList(SEMICOLON, { repeatable: true });
  return new ParameterSet(parameters, reader.textFrom(start));
});
