import { uriParameterCharacters } from "../grammar/character-tables.js";
import { ParameterList, parameterInputs, type ParameterInput, type ParametersInit } from "../grammar/parameter-list.js";
import { decodePercent, encodePercent } from "../grammar/percent-encoding.js";

/**
 * The parameters of a SIP, SIPS or tel URI (RFC 3261 §19.1.1, RFC 3966 §3). Names and values are given and taken
 * without escapes; what the grammar does not let stand bare is escaped when written.
 */
export class UriParameters extends ParameterList {
  static readonly empty = new UriParameters([], []);

  private constructor(names: readonly string[], raws: readonly (string | undefined)[]) {
    super(names, raws);
  }

  /** Makes a list from names and unescaped values. A flag is an entry with value `true`. */
  static from(init: ParametersInit): UriParameters {
    if (init instanceof UriParameters) return init;
    let list = UriParameters.empty;
    for (const [name, value] of parameterInputs(init)) if (value !== undefined) list = list.with(name, value);
    return list;
  }

  /** Reads `;name=value;flag`, which the URI parser has checked. */
  static fromText(text: string): UriParameters {
    if (text === "") return UriParameters.empty;
    const names: string[] = [];
    const raws: (string | undefined)[] = [];
    for (let start = 1; start <= text.length;) {
      const semicolon = text.indexOf(";", start);
      const end = semicolon < 0 ? text.length : semicolon;
      const part = text.slice(start, end);
      const equals = part.indexOf("=");
      names.push(decodePercent(equals < 0 ? part : part.slice(0, equals)));
      raws.push(equals < 0 || equals === part.length - 1 ? undefined : part.slice(equals + 1));
      start = end + 1;
    }
    return new UriParameters(names, raws);
  }

  /** A list with this parameter set; `true` makes it a mere flag, `undefined` removes it. */
  with(name: string, value: ParameterInput): UriParameters {
    if (value === undefined || name === "") return this.without(name);
    const raw = value === true || value === "" ? undefined : encodePercent(String(value), uriParameterCharacters);
    return new UriParameters(...this.replaced(name, raw));
  }

  /** A list without this parameter. */
  without(name: string): UriParameters {
    return this.has(name) ? new UriParameters(...this.removed(name)) : this;
  }

  /** The list as it stands in a URI: `;name=value;flag`. */
  override toString(): string {
    return this.write(";", encodeName);
  }

  protected override decode(raw: string): string {
    return decodePercent(raw);
  }
}

function encodeName(name: string): string {
  return encodePercent(name, uriParameterCharacters);
}
