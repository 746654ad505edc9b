import { EngineError } from "../errors/engine-error.js";
import { CLOSE_PARENTHESIS, OPEN_PARENTHESIS } from "../grammar/character-codes.js";
import { commentEnd } from "../grammar/comment.js";
import type { ParametersInit } from "../grammar/parameter-list.js";
import type { Parameters } from "../grammar/parameters.js";
import { undoPairs } from "../grammar/quoted-string.js";
import type { TextReader } from "../grammar/text-reader.js";
import { checkDeltaSeconds, LARGEST_DELTA_SECONDS, secondsParameter } from "./delta-seconds.js";
import { ParameterizedValue, namedParameters, parameterizedCodec } from "./parameterized-value.js";

/** What a Retry-After can be made from. */
export interface RetryAfterParts {
  readonly seconds: number;
  readonly comment?: string;
  /** For how many seconds the called party will be there. */
  readonly duration?: number;
  readonly parameters?: ParametersInit;
}

/** When to try again: the value of Retry-After, RFC 3261 §20.33. */
export class RetryAfter extends ParameterizedValue<RetryAfter> {
  constructor(
    readonly seconds: number,
    /** The comment without its parentheses. */
    readonly comment: string | undefined,
    parameters: Parameters,
    text?: string,
  ) {
    super(parameters, text);
  }

  /** Makes a value from its parts. Throws `header.malformed`. */
  static create(parts: RetryAfterParts): RetryAfter {
    const parameters = namedParameters({ duration: parts.duration }, parts.parameters);
    return new RetryAfter(checkDeltaSeconds(parts.seconds), parts.comment, parameters);
  }

  /** For how many seconds the called party will be there. */
  get duration(): number | undefined {
    return secondsParameter(this.parameters, "duration");
  }

  override withParameters(parameters: Parameters): RetryAfter {
    return new RetryAfter(this.seconds, this.comment, parameters);
  }

  protected override writeLead(): string {
    return this.comment === undefined ? String(this.seconds) : `${this.seconds} ${writeComment(this.comment)}`;
  }
}

/** Reads and writes Retry-After. */
export const retryAfterCodec = parameterizedCodec(
  readLead,
  ({ seconds, comment }, parameters, text) => new RetryAfter(seconds, comment, parameters, text),
);

function readLead(reader: TextReader): { seconds: number; comment: string | undefined } {
  const seconds = reader.number(LARGEST_DELTA_SECONDS, "seconds");
  reader.skipSpace();
  if (reader.peek() !== OPEN_PARENTHESIS) return { seconds, comment: undefined };
  const start = reader.index;
  const end = commentEnd(reader.text, start, reader.end);
  if (end < 0) reader.fail("a closed comment");
  reader.index = end;
  return { seconds, comment: undoPairs(reader.text, start + 1, end - 1) };
}

/** Writes a comment; a parenthesis without partner would end it, so all are escaped. */
function writeComment(comment: string): string {
  let escaped = "";
  for (const character of comment) {
    const code = character.charCodeAt(0);
    if (code === 0x0a || code === 0x0d) {
      throw new EngineError("header.malformed", { detail: "a comment holds a line end" });
    }
    const needsEscape = code === OPEN_PARENTHESIS || code === CLOSE_PARENTHESIS || character === "\\";
    escaped += needsEscape ? `\\${character}` : character;
  }
  return `(${escaped})`;
}
