import type { ParametersInit } from "../grammar/parameter-list.js";
import type { Parameters } from "../grammar/parameters.js";
import { checkToken } from "../grammar/token.js";
import { ParameterizedValue, namedParameters, parameterizedCodec } from "./parameterized-value.js";

/** What a Content-Disposition can be made from. */
export interface ContentDispositionParts {
  readonly type: string;
  readonly handling?: "optional" | "required";
  readonly parameters?: ParametersInit;
}

/** How a body is to be taken: the value of Content-Disposition, RFC 3261 §20.11. */
export class ContentDisposition extends ParameterizedValue<ContentDisposition> {
  constructor(
    /** `session`, `render`, `icon`, `alert`, … in lower case. */
    readonly type: string,
    parameters: Parameters,
    text?: string,
  ) {
    super(parameters, text);
  }

  /** Makes a value from its parts. Throws `header.malformed`. */
  static create(parts: ContentDispositionParts): ContentDisposition {
    const type = checkToken(parts.type, "Content-Disposition").toLowerCase();
    return new ContentDisposition(type, namedParameters({ handling: parts.handling }, parts.parameters));
  }

  /** What to do with a body of unknown type; `required` unless said otherwise. */
  get handling(): string {
    return this.parameters.get("handling")?.toLowerCase() ?? "required";
  }

  override withParameters(parameters: Parameters): ContentDisposition {
    return new ContentDisposition(this.type, parameters);
  }

  protected override writeLead(): string {
    return this.type;
  }
}

/** Reads and writes Content-Disposition. */
export const contentDispositionCodec = parameterizedCodec(
  (reader) => reader.token("a disposition type").toLowerCase(),
  (type, parameters, text) => new ContentDisposition(type, parameters, text),
);
