import { EngineError } from "../errors/engine-error.js";
import { hostEnd } from "../grammar/host.js";
import { scanWhile, tokenEnd } from "../grammar/scan.js";
import { digitCharacters } from "../grammar/character-tables.js";
import { COLON } from "../grammar/character-codes.js";
import { quote, unquote } from "../grammar/quoted-string.js";
import type { TextReader } from "../grammar/text-reader.js";
import { HeaderValue, type HeaderCodec } from "./header-value.js";

/** What went wrong beside the status: one value of Warning, RFC 3261 §20.43. */
export interface Warning {
  /** Three digits; 300 to 399 are SIP's. */
  readonly code: number;
  /** Host with or without port, or a pseudonym. */
  readonly agent: string;
  readonly text: string;
}

class ReceivedWarning extends HeaderValue implements Warning {
  readonly code: number;
  readonly agent: string;
  readonly text: string;

  constructor(value: Warning, written: string) {
    super(written);
    this.code = value.code;
    this.agent = value.agent;
    this.text = value.text;
  }

  protected override write(): string {
    return writeWarning(this);
  }
}

/** Reads and writes Warning. */
export const warningCodec: HeaderCodec<Warning> = {
  read: readWarning,
  write: (value) => (value instanceof HeaderValue ? value.toString() : writeWarning(value)),
};

function readWarning(reader: TextReader): Warning {
  const start = reader.index;
  const code = reader.number(999, "a warning code");
  if (reader.index - start !== 3) {
    reader.index = start;
    reader.fail("three digits");
  }
  reader.requireSpace();
  const agentStart = reader.index;
  const agentStop = agentEnd(reader.text, agentStart, reader.end);
  if (agentStop === agentStart) reader.fail("a host or pseudonym");
  reader.index = agentStop;
  reader.requireSpace();
  const text = unquote(reader.quotedString());
  const agent = reader.text.slice(agentStart, agentStop);
  return new ReceivedWarning({ code, agent, text }, reader.textFrom(start));
}

/** The index behind `hostport / pseudonym`, or `start` where neither stands. */
function agentEnd(text: string, start: number, end: number): number {
  const afterHost = Math.max(hostEnd(text, start, end), tokenEnd(text, start, end));
  if (afterHost >= end || text.charCodeAt(afterHost) !== COLON) return afterHost;
  const afterPort = scanWhile(text, afterHost + 1, end, digitCharacters);
  return afterPort > afterHost + 1 ? afterPort : afterHost;
}

function writeWarning({ code, agent, text }: Warning): string {
  const hasCode = Number.isInteger(code) && code >= 100 && code <= 999;
  const hasAgent = agent.length > 0 && agentEnd(agent, 0, agent.length) === agent.length;
  if (hasCode && hasAgent) return `${code} ${agent} ${quote(text)}`;
  throw new EngineError("header.malformed", { detail: `Warning: "${code} ${agent}" is no code and agent` });
}
