import { EngineError } from "../errors/engine-error.js";
import type { TextReader } from "../grammar/text-reader.js";
import { checkToken } from "../grammar/token.js";
import { HeaderValue, type HeaderCodec } from "./header-value.js";

/** Largest response number, RFC 3262 §7.1. */
export const LARGEST_RESPONSE_NUMBER = 4_294_967_295;
const LARGEST_SEQUENCE_NUMBER = 2_147_483_647;

/** The reliable provisional response that a PRACK acknowledges: the value of RAck, RFC 3262 §7.2. */
export interface RAck {
  /** The RSeq of the response. */
  readonly responseNumber: number;
  /** The CSeq number of the response. */
  readonly sequenceNumber: number;
  /** The CSeq method of the response; compares with case. */
  readonly method: string;
}

class ReceivedRAck extends HeaderValue implements RAck {
  readonly responseNumber: number;
  readonly sequenceNumber: number;
  readonly method: string;

  constructor(value: RAck, text: string) {
    super(text);
    this.responseNumber = value.responseNumber;
    this.sequenceNumber = value.sequenceNumber;
    this.method = value.method;
  }

  protected override write(): string {
    return writeRAck(this);
  }
}

/** Reads and writes RAck. */
export const rackCodec: HeaderCodec<RAck> = {
  read: readRAck,
  write: (value) => (value instanceof HeaderValue ? value.toString() : writeRAck(value)),
};

function readRAck(reader: TextReader): RAck {
  const start = reader.index;
  const responseNumber = reader.number(LARGEST_RESPONSE_NUMBER, "a response number");
  reader.requireSpace();
  const sequenceNumber = reader.number(LARGEST_SEQUENCE_NUMBER, "a sequence number");
  reader.requireSpace();
  const method = reader.token("a method");
  return new ReceivedRAck({ responseNumber, sequenceNumber, method }, reader.textFrom(start));
}

function writeRAck({ responseNumber, sequenceNumber, method }: RAck): string {
  const fits = isWhole(responseNumber, LARGEST_RESPONSE_NUMBER) && isWhole(sequenceNumber, LARGEST_SEQUENCE_NUMBER);
  if (fits) return `${responseNumber} ${sequenceNumber} ${checkToken(method, "RAck method")}`;
  throw new EngineError("header.malformed", { detail: `RAck: ${responseNumber} ${sequenceNumber} is out of range` });
}

function isWhole(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}
