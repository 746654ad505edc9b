import { EngineError } from "../errors/engine-error.js";
import { digitsValue } from "../grammar/digits.js";
import type { TextReader } from "../grammar/text-reader.js";
import { checkToken } from "../grammar/token.js";
import { HeaderValue, type HeaderCodec } from "./header-value.js";
import { readOne } from "./read-header.js";

/** Largest sequence number, RFC 3261 §8.1.1.5. */
const LARGEST_SEQUENCE_NUMBER = 2_147_483_647;

/** The value of CSeq: it orders the requests of a dialog, RFC 3261 §20.16. */
export interface CSeq {
  /** 0 to 2^31-1. */
  readonly sequenceNumber: number;
  /** Compares with case. */
  readonly method: string;
}

class ReceivedCSeq extends HeaderValue implements CSeq {
  constructor(
    readonly sequenceNumber: number,
    readonly method: string,
    text: string,
  ) {
    super(text);
  }

  protected override write(): string {
    return writeCSeq(this);
  }
}

/** Reads and writes CSeq. */
export const cseqCodec: HeaderCodec<CSeq> = {
  read: readCSeq,
  ofPlain: plainCSeq,
  write: (value) => (value instanceof HeaderValue ? value.toString() : writeCSeq(value)),
};

/** Reads a CSeq. Throws `header.malformed`. */
export function parseCSeq(text: string): CSeq {
  return readOne(cseqCodec, text, "CSeq");
}

/** Digits, one space, a token. */
function plainCSeq(text: string): CSeq {
  const space = text.indexOf(" ");
  return new ReceivedCSeq(digitsValue(text, 0, space), text.slice(space + 1), text);
}

function readCSeq(reader: TextReader): CSeq {
  const start = reader.index;
  const sequenceNumber = reader.number(LARGEST_SEQUENCE_NUMBER, "a sequence number");
  reader.requireSpace();
  const method = reader.token("a method");
  return new ReceivedCSeq(sequenceNumber, method, reader.textFrom(start));
}

function writeCSeq({ sequenceNumber, method }: CSeq): string {
  if (!Number.isInteger(sequenceNumber) || sequenceNumber < 0 || sequenceNumber > LARGEST_SEQUENCE_NUMBER) {
    throw new EngineError("header.malformed", { detail: `CSeq: ${sequenceNumber} is no sequence number` });
  }
  return `${sequenceNumber} ${checkToken(method, "CSeq method")}`;
}
