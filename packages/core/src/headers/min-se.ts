import type { ParametersInit } from "../grammar/parameter-list.js";
import { Parameters } from "../grammar/parameters.js";
import { checkDeltaSeconds, LARGEST_DELTA_SECONDS } from "./delta-seconds.js";
import { ParameterizedValue, parameterizedCodec } from "./parameterized-value.js";

/** The least session interval an element accepts: the value of Min-SE, RFC 4028 §5. */
export class MinSe extends ParameterizedValue<MinSe> {
  constructor(
    readonly seconds: number,
    parameters: Parameters,
    text?: string,
  ) {
    super(parameters, text);
  }

  /** Makes a value. Throws `header.malformed`. */
  static create(seconds: number, parameters: ParametersInit = []): MinSe {
    return new MinSe(checkDeltaSeconds(seconds), Parameters.from(parameters));
  }

  override withParameters(parameters: Parameters): MinSe {
    return new MinSe(this.seconds, parameters);
  }

  protected override writeLead(): string {
    return String(this.seconds);
  }
}

/** Reads and writes Min-SE. */
export const minSeCodec = parameterizedCodec(
  (reader) => reader.number(LARGEST_DELTA_SECONDS, "seconds"),
  (seconds, parameters, text) => new MinSe(seconds, parameters, text),
);
