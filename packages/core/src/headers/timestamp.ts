import { EngineError } from "../errors/engine-error.js";
import { DOT } from "../grammar/character-codes.js";
import { digitCharacters, isDigit } from "../grammar/character-tables.js";
import { scanWhile } from "../grammar/scan.js";
import type { TextReader } from "../grammar/text-reader.js";
import { HeaderValue, type HeaderCodec } from "./header-value.js";

/** When a request was sent and how long the answer took: the value of Timestamp, RFC 3261 §20.38. */
export interface Timestamp {
  /** In seconds; from an origin that only the sender knows. */
  readonly time: number;
  /** Seconds between the arrival of the request and the answer. */
  readonly delay?: number;
}

class ReceivedTimestamp extends HeaderValue implements Timestamp {
  constructor(
    readonly time: number,
    readonly delay: number | undefined,
    text: string,
  ) {
    super(text);
  }

  protected override write(): string {
    return writeTimestamp(this);
  }
}

/** Reads and writes Timestamp. */
export const timestampCodec: HeaderCodec<Timestamp> = {
  read: readTimestamp,
  write: (value) => (value instanceof HeaderValue ? value.toString() : writeTimestamp(value)),
};

function readTimestamp(reader: TextReader): Timestamp {
  const start = reader.index;
  if (!isDigit(reader.peek())) reader.fail("digits");
  const time = readDecimal(reader);
  const afterTime = reader.index;
  const hasDelay = !reader.atEnd();
  if (hasDelay && reader.index === afterTime) reader.fail("white space");
  const delay = hasDelay ? readDecimal(reader) : undefined;
  return new ReceivedTimestamp(time, delay, reader.textFrom(start));
}

/** Reads `*DIGIT [ "." *DIGIT ]`; a delay may lack the digits before its point. */
function readDecimal(reader: TextReader): number {
  const start = reader.index;
  reader.index = scanWhile(reader.text, start, reader.end, digitCharacters);
  if (reader.peek() === DOT) reader.index = scanWhile(reader.text, reader.index + 1, reader.end, digitCharacters);
  const text = reader.text.slice(start, reader.index);
  return text === "" || text === "." ? reader.fail("a number of seconds") : Number(text);
}

function writeTimestamp({ time, delay }: Timestamp): string {
  return delay === undefined ? writeDecimal(time) : `${writeDecimal(time)} ${writeDecimal(delay)}`;
}

function writeDecimal(value: number): string {
  const isSeconds = Number.isFinite(value) && value >= 0 && value < 1e21;
  if (!isSeconds) throw new EngineError("header.malformed", { detail: `Timestamp: ${value} are no seconds` });
  return Number.isInteger(value) ? String(value) : value.toFixed(6).replace(/\.?0+$/u, "");
}
