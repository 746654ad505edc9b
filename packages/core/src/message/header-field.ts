import { EngineError } from "../errors/engine-error.js";
import { headerDefinition, headerKey } from "../headers/header-table.js";
import { decodeWireText, encodeWireText, unfold } from "./wire-text.js";

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
    return this.line.slice(0, this.line.indexOf(":")).trimEnd();
  }

  /** Value as text: unfolded, trimmed, UTF-8 decoded. */
  get text(): string {
    return (this.#text ??= decodeWireText(unfold(this.line.slice(this.valueStart))).trim());
  }

  /**
   * Value decoded by the grammar of this header; an array where values may be joined by commas.
   * @throws EngineError `header.malformed`
   */
  get value(): unknown {
    return (this.#value ??= headerDefinition(this.key)?.parse(this.text) ?? this.text);
  }
}

const breaksLine = /[\r\n\0]/;

/**
 * Makes the field that will be written as `name: text`.
 * @throws EngineError `header.malformed` when the name is no token or the text would break the line
 */
export function createHeaderField(name: string, text: string): HeaderField {
  if (breaksLine.test(text) || breaksLine.test(name)) {
    throw new EngineError("header.malformed", {
      detail: `${JSON.stringify(name)} holds a line break or NUL in ${JSON.stringify(text)}; remove it or quote it as %0D%0A`,
    });
  }
  return new HeaderField(headerKey(name), `${name}: ${encodeWireText(text)}`, name.length + 2);
}
