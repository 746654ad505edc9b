import { EngineError } from "../errors/engine-error.js";
import { BACKSLASH, QUOTE } from "../grammar/character-codes.js";
import { unfold } from "../grammar/scan.js";
import { isToken } from "../grammar/token.js";
import { headerDefinition, headerKey } from "../headers/header-table.js";
import { decodeWireText, encodeWireText } from "./wire-text.js";

/**
 * One header field line. It never changes: a field that a message got from another is the same object, and what was
 * decoded once stays decoded. `line` is what goes out, folding included, so that untouched fields leave as they came.
 */
export class HeaderField {
  /** Long name in lower case. */
  readonly key: string;
  /** Wire text of the whole field, name included, without the line end. */
  readonly line: string;
  /** Where the value begins in `line`. */
  readonly valueStart: number;
  #text: string | undefined;
  #value: unknown;

  constructor(key: string, line: string, valueStart: number) {
    this.key = key;
    this.line = line;
    this.valueStart = valueStart;
  }

  /** Name as it stands in the message. */
  get name(): string {
    return unfold(this.line.slice(0, this.line.indexOf(":")));
  }

  /** Value as text: unfolded, trimmed, UTF-8 decoded. */
  get text(): string {
    return (this.#text ??= decodeWireText(unfold(this.line.slice(this.valueStart))));
  }

  /**
   * Value decoded by the grammar of this header; an array where values may be joined by commas.
   * @throws EngineError `header.malformed`
   */
  get value(): unknown {
    return (this.#value ??= headerDefinition(this.key)?.parse(this.text) ?? this.text);
  }
}

/**
 * Makes the field that will be written as `name: text`.
 * @throws EngineError `header.malformed` when the name is no token or the text would break the line
 */
export function createHeaderField(name: string, text: string): HeaderField {
  const key = headerKey(name);
  if (headerDefinition(key) === undefined && !isToken(name)) {
    throw new EngineError("header.malformed", { detail: `${JSON.stringify(name)} is no name of a header field` });
  }
  if (breaksLine(text)) {
    throw new EngineError("header.malformed", {
      detail: `${JSON.stringify(name)} holds a line break, or NUL outside a quoted string, in ${JSON.stringify(text)}; remove it or escape it`,
    });
  }
  return new HeaderField(key, `${name}: ${encodeWireText(text)}`, name.length + 2);
}

const suspicious = /[\r\n\0]/;

/** A line break would begin another field. NUL may only stand behind a backslash in quotes (RFC 3261 §25.1 `quoted-pair`). */
function breaksLine(text: string): boolean {
  return suspicious.test(text) && (text.includes("\r") || text.includes("\n") || hasBareNul(text));
}

function hasBareNul(text: string): boolean {
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0) return true;
    if (code === QUOTE) quoted = !quoted;
    else if (code === BACKSLASH && quoted) index++;
  }
  return false;
}
