import { digitsValue } from "../grammar/digits.js";
import type { ParametersInit } from "../grammar/parameter-list.js";
import type { Parameters } from "../grammar/parameters.js";
import { checkToken } from "../grammar/token.js";
import { ParameterizedValue, namedParameters, parameterizedCodec } from "./parameterized-value.js";

/** What a Reason can be made from. */
export interface ReasonParts {
  /** `SIP`, `Q.850`, `preemption`, … */
  readonly protocol: string;
  readonly cause?: number;
  readonly text?: string;
  readonly parameters?: ParametersInit;
}

/** Why a request or response was sent: one value of Reason, RFC 3326 §2. */
export class Reason extends ParameterizedValue<Reason> {
  constructor(
    /** As received; compares without case. */
    readonly protocol: string,
    parameters: Parameters,
    text?: string,
  ) {
    super(parameters, text);
  }

  /** Makes a value from its parts. Throws `header.malformed`. */
  static create(parts: ReasonParts): Reason {
    const named = namedParameters({ cause: parts.cause, text: parts.text }, parts.parameters);
    const parameters = parts.text === undefined ? named : named.withQuoted("text", parts.text);
    return new Reason(checkToken(parts.protocol, "Reason"), parameters);
  }

  /** The cause code of the protocol. */
  get cause(): number | undefined {
    const cause = this.parameters.get("cause") ?? "";
    const value = digitsValue(cause, 0, cause.length);
    return value < 0 ? undefined : value;
  }

  /** The cause in words. */
  get text(): string | undefined {
    return this.parameters.get("text");
  }

  override withParameters(parameters: Parameters): Reason {
    return new Reason(this.protocol, parameters);
  }

  protected override writeLead(): string {
    return this.protocol;
  }
}

/** Reads and writes Reason. */
export const reasonCodec = parameterizedCodec(
  (reader) => reader.token("a protocol"),
  (protocol, parameters, text) => new Reason(protocol, parameters, text),
);
