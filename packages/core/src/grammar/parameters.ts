import { OPEN_BRACKET } from "./character-codes.js";
import { hostEnd } from "./host.js";
import { ParameterList, parameterInputs, type ParameterInput, type ParametersInit } from "./parameter-list.js";
import { quote, unquote } from "./quoted-string.js";
import { checkToken, isToken } from "./token.js";

/** The parameters of a header field value: `*( SEMI generic-param )`, RFC 3261 §25.1. */
export class Parameters extends ParameterList {
  static readonly empty = new Parameters([], []);

  private constructor(names: readonly string[], raws: readonly (string | undefined)[]) {
    super(names, raws);
  }

  /** Makes a list from names and values; a value that is no token is written in quotes. A flag is an entry without value or `true`. */
  static from(init: ParametersInit): Parameters {
    if (init instanceof Parameters) return init;
    let list = Parameters.empty;
    for (const [name, value] of parameterInputs(init)) if (value !== undefined) list = list.with(name, value);
    return list;
  }

  /** A list of names and values as written. The caller has checked them. */
  static fromRaw(names: readonly string[], raws: readonly (string | undefined)[]): Parameters {
    return names.length === 0 ? Parameters.empty : new Parameters(names, raws);
  }

  /** Reads `;name=value;flag` that is known to be tokens alone. */
  static ofPlain(text: string): Parameters {
    const names: string[] = [];
    const raws: (string | undefined)[] = [];
    for (let start = 1; start < text.length;) {
      const semicolon = text.indexOf(";", start);
      const end = semicolon < 0 ? text.length : semicolon;
      const equals = text.indexOf("=", start);
      const isFlag = equals < 0 || equals > end;
      names.push(text.slice(start, isFlag ? end : equals));
      raws.push(isFlag ? undefined : text.slice(equals + 1, end));
      start = end + 1;
    }
    return Parameters.fromRaw(names, raws);
  }

  /** A list with this parameter set; `undefined` removes it. */
  with(name: string, value: ParameterInput): Parameters {
    if (value === undefined) return this.without(name);
    return this.withRaw(name, value === true ? undefined : writtenValue(String(value)));
  }

  /** A list with this parameter set and its value in quotes, as some headers ask. */
  withQuoted(name: string, value: string): Parameters {
    return this.withRaw(name, quote(value));
  }

  /** A list with this parameter set to a value as it is to be written; `undefined` makes it a mere flag. */
  withRaw(name: string, raw: string | undefined): Parameters {
    return new Parameters(...this.replaced(checkToken(name, "parameter name"), raw));
  }

  /** A list without this parameter. */
  without(name: string): Parameters {
    return this.has(name) ? Parameters.fromRaw(...this.removed(name)) : this;
  }

  /** The list as it stands behind a value: `;name=value;flag`. */
  override toString(): string {
    return this.write(";", identity);
  }

  /** The parameters between separators, without one in front. */
  join(separator: string): string {
    return this.write(separator, identity).slice(separator.length);
  }

  protected override decode(raw: string): string {
    return unquote(raw);
  }
}

function identity(name: string): string {
  return name;
}

/** A value as `gen-value`: bare if it is a token or a host, else quoted. */
function writtenValue(value: string): string {
  if (isToken(value)) return value;
  const isReference = value.charCodeAt(0) === OPEN_BRACKET && hostEnd(value, 0, value.length) === value.length;
  return isReference ? value : quote(value);
}
