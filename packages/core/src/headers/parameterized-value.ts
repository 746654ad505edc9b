import type { ParameterInput, ParametersInit } from "../grammar/parameter-list.js";
import { Parameters } from "../grammar/parameters.js";
import type { TextReader } from "../grammar/text-reader.js";
import { HeaderValue, valueCodec, type HeaderCodec } from "./header-value.js";

/** A header value with parameters behind it. `parameters` holds all of them in order, those with an accessor as well. */
export abstract class ParameterizedValue<Self> extends HeaderValue {
  readonly parameters: Parameters;

  constructor(parameters: Parameters, text: string | undefined) {
    super(text);
    this.parameters = parameters;
  }

  /** The same value with other parameters. */
  abstract withParameters(parameters: Parameters): Self;

  /** The value with one parameter set; `true` makes it a mere flag, `undefined` removes it. */
  withParameter(name: string, value: ParameterInput): Self {
    return this.withParameters(this.parameters.with(name, value));
  }

  /** What stands before the parameters, as written. */
  protected abstract writeLead(): string;

  protected override write(): string {
    return `${this.writeLead()}${this.parameters.toString()}`;
  }
}

/** The codec of values made of something leading and parameters. */
export function parameterizedCodec<L, T extends HeaderValue>(
  readLead: (reader: TextReader) => L,
  make: (lead: L, parameters: Parameters, text: string) => T,
): HeaderCodec<T> {
  return valueCodec((reader) => {
    const start = reader.index;
    const lead = readLead(reader);
    const parameters = reader.parameters();
    return make(lead, parameters, reader.textFrom(start));
  });
}

/** Parameters with an accessor first, then the others; what is `undefined` is left out. */
export function namedParameters(
  named: Readonly<Record<string, ParameterInput>>,
  others: ParametersInit | undefined,
): Parameters {
  let list = Parameters.from(named);
  for (const [name, value] of Parameters.from(others ?? [])) {
    list = list.has(name) ? list : list.with(name, value ?? true);
  }
  return list;
}
