import { EngineError } from "../errors/engine-error.js";
import { COMMA, SEMICOLON } from "../grammar/character-codes.js";
import { groupEnd, opensGroup } from "../grammar/group-end.js";
import type { ParametersInit } from "../grammar/parameter-list.js";
import { Parameters } from "../grammar/parameters.js";
import { unquote } from "../grammar/quoted-string.js";
import { trimEnd, unfold } from "../grammar/scan.js";
import type { TextReader } from "../grammar/text-reader.js";
import { ParameterizedValue, parameterizedCodec } from "./parameterized-value.js";
import { readOne } from "./read-header.js";

/**
 * Some text with parameters: the values of headers whose lead is a token, a quoted string, an address or something
 * else, such as P-Visited-Network-ID, P-DCS-Billing-Info and the charging headers of 3GPP.
 */
export class ParameterizedText extends ParameterizedValue<ParameterizedText> {
  constructor(
    /** What stands before the first parameter, as written. */
    readonly lead: string,
    parameters: Parameters,
    text?: string,
  ) {
    super(parameters, text);
  }

  /** Makes a value from what is to be written and its parameters. Throws `header.malformed`. */
  static create(lead: string, parameters: ParametersInit = []): ParameterizedText {
    if (leadEnd(lead, 0) !== lead.length || lead.trim() === "" || /[\r\n]/u.test(lead)) {
      throw new EngineError("header.malformed", { detail: `"${lead}" cannot stand before parameters` });
    }
    return new ParameterizedText(lead, Parameters.from(parameters));
  }

  /** The lead without the quotes of a quoted string. */
  get value(): string {
    return unquote(this.lead);
  }

  override withParameters(parameters: Parameters): ParameterizedText {
    return new ParameterizedText(this.lead, parameters);
  }

  protected override writeLead(): string {
    return this.lead;
  }
}

/** Reads and writes text up to a `;` or `,` and the parameters behind it. */
export const parameterizedTextCodec = parameterizedCodec(
  readLead,
  (lead, parameters, text) => new ParameterizedText(lead, parameters, text),
);

function readLead(reader: TextReader): string {
  const start = reader.index;
  const end = leadEnd(reader.text, start);
  if (end < 0) reader.fail("quotes, angle brackets and parentheses in pairs");
  reader.index = end;
  const lead = unfold(reader.text.slice(start, trimEnd(reader.text, start, end)));
  return lead === "" || /[\r\n]/u.test(lead) ? reader.fail("a value in one line") : lead;
}

/** The index of the first `;` or `,` outside quotes, angle brackets and comments, or -1 where one of these stays open. */
function leadEnd(text: string, start: number): number {
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === SEMICOLON || code === COMMA) return index;
    if (!opensGroup(code)) continue;
    const end = groupEnd(text, index);
    if (end < 0) return -1;
    index = end - 1;
  }
  return text.length;
}

/** Reads a value and its parameters, whatever header it stands in. Throws `header.malformed`. */
export function parseParameterizedText(text: string): ParameterizedText {
  return readOne(parameterizedTextCodec, text, "value");
}
