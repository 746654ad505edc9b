import type { ParametersInit } from "../grammar/parameter-list.js";
import type { Parameters } from "../grammar/parameters.js";
import { checkDeltaSeconds, LARGEST_DELTA_SECONDS } from "./delta-seconds.js";
import { ParameterizedValue, namedParameters, parameterizedCodec } from "./parameterized-value.js";

/** What a Session-Expires can be made from. */
export interface SessionExpiresParts {
  readonly seconds: number;
  readonly refresher?: "uac" | "uas";
  readonly parameters?: ParametersInit;
}

/** The session interval and who refreshes: the value of Session-Expires, RFC 4028 §4. */
export class SessionExpires extends ParameterizedValue<SessionExpires> {
  constructor(
    readonly seconds: number,
    parameters: Parameters,
    text?: string,
  ) {
    super(parameters, text);
  }

  /** Makes a value from its parts. Throws `header.malformed`. */
  static create(parts: SessionExpiresParts): SessionExpires {
    const parameters = namedParameters({ refresher: parts.refresher }, parts.parameters);
    return new SessionExpires(checkDeltaSeconds(parts.seconds), parameters);
  }

  /** Who refreshes, by its role in this transaction; `undefined` if it is not told. */
  get refresher(): "uac" | "uas" | undefined {
    const refresher = this.parameters.get("refresher")?.toLowerCase();
    return refresher === "uac" || refresher === "uas" ? refresher : undefined;
  }

  override withParameters(parameters: Parameters): SessionExpires {
    return new SessionExpires(this.seconds, parameters);
  }

  protected override writeLead(): string {
    return String(this.seconds);
  }
}

/** Reads and writes Session-Expires. */
export const sessionExpiresCodec = parameterizedCodec(
  (reader) => reader.number(LARGEST_DELTA_SECONDS, "seconds"),
  (seconds, parameters, text) => new SessionExpires(seconds, parameters, text),
);
