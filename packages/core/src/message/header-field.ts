import { EngineError } from "../errors/engine-error.js";
import { BACKSLASH, QUOTE, SPACE } from "../grammar/character-codes.js";
import { unfold } from "../grammar/scan.js";
import { isToken } from "../grammar/token.js";
import { definitionByName, headerDefinition, headerKey } from "../headers/header-table.js";
import type { FieldKind } from "./field-kind.js";
import { plainForm } from "./plain-value.js";
import { decodeWireText, encodeWireText } from "./wire-text.js";

/** Text without such a character is neither folded nor broken, and the same in UTF-8. */
const unusual = /[^\x20-\x7e]/;

/** Where a plain field stands in a message. */
export interface FieldPlace {
  readonly wire: string;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/**
 * One header field line. It never changes: a field that a message got from another is the same object, and what was
 * decoded once stays decoded. `line` is what goes out, folding included, so that untouched fields leave as they came.
 */
export class HeaderField {
  /** Long name in lower case. */
  readonly key: string;
  /** Where the value begins in `line`. */
  readonly valueStart: number;
  /** Wire text that the line is a part of: nearly all lines are never looked at, so it is cut out when asked for. */
  readonly #wire: string;
  #start = 0;
  #end: number;
  /** What the value was found to be; undefined: nobody has looked, or it is not plain. */
  #kind: FieldKind | undefined;
  #text: string | undefined;
  #value: unknown;

  constructor(key: string, line: string, valueStart: number) {
    this.key = key;
    this.valueStart = valueStart;
    this.#wire = line;
    this.#end = line.length;
  }

  /** The field at a place of a message; its value has been looked at and is of that kind. */
  static cut(kind: FieldKind, place: FieldPlace): HeaderField {
    const field = new HeaderField(kind.key, place.wire, place.valueStart - place.start);
    field.#start = place.start;
    field.#end = place.end;
    field.#kind = kind;
    return field;
  }

  /** The field with another line, in which no more has changed than tokens and addresses that are values of parameters. */
  withLine(line: string): HeaderField {
    const field = new HeaderField(this.key, line, this.valueStart);
    field.#kind = this.#kind;
    return field;
  }

  /** The lines of fields, a line end behind each. What stood together in a message is cut out in one piece. */
  static join(fields: readonly HeaderField[]): string {
    let lines = "";
    let first = fields[0];
    for (let index = 1; first !== undefined; index++) {
      let last = first;
      let next = fields[index];
      while (next !== undefined && next.#start === last.#end + 2 && next.#wire === last.#wire) {
        last = next;
        next = fields[++index];
      }
      // behind a field that was cut out its line end follows
      lines += last.#end === last.#wire.length ? `${first.line}\r\n` : first.#wire.slice(first.#start, last.#end + 2);
      first = next;
    }
    return lines;
  }

  /** Wire text of the whole field, name included, without the line end. */
  get line(): string {
    return this.#wire.slice(this.#start, this.#end);
  }

  /** Name as it stands in the message. */
  get name(): string {
    const { line } = this;
    return unfold(line.slice(0, line.indexOf(":")));
  }

  /** Value as text: unfolded, trimmed, UTF-8 decoded. */
  get text(): string {
    if (this.#text === undefined) {
      const wire = this.#wire.slice(this.#start + this.valueStart, this.#end);
      this.#text = isPlain(this.#kind) ? wire : textOf(wire);
    }
    return this.#text;
  }

  /**
   * Value decoded by the grammar of this header; an array where values may be joined by commas.
   * @throws EngineError `header.malformed`
   */
  get value(): unknown {
    return (this.#value ??= isPlain(this.#kind)
      ? this.#kind.definition.parsePlain(this.text)
      : (headerDefinition(this.key)?.parse(this.text) ?? this.text));
  }
}

function isPlain(kind: FieldKind | undefined): kind is FieldKind {
  return kind !== undefined && kind.form > plainForm.line;
}

/** What a value means as text: nearly always what it says. */
function textOf(wire: string): string {
  const isTrimmed = wire.charCodeAt(0) > SPACE && wire.charCodeAt(wire.length - 1) > SPACE;
  return isTrimmed && !unusual.test(wire) ? wire : decodeWireText(unfold(wire));
}

/**
 * Makes the field that will be written as `name: text`.
 * @throws EngineError `header.malformed` when the name is no token or the text would break the line
 */
export function createHeaderField(name: string, text: string): HeaderField {
  const key = definitionByName(name)?.key ?? otherKey(name);
  const wire = unusual.test(text) ? checkedText(name, text) : text;
  return new HeaderField(key, `${name}: ${wire}`, name.length + 2);
}

function otherKey(name: string): string {
  if (isToken(name)) return headerKey(name);
  throw new EngineError("header.malformed", { detail: `${JSON.stringify(name)} is no name of a header field` });
}

/** A line break would begin another field. NUL may only stand behind a backslash in quotes (RFC 3261 §25.1 `quoted-pair`). */
function checkedText(name: string, text: string): string {
  if (!text.includes("\r") && !text.includes("\n") && !hasBareNul(text)) return encodeWireText(text);
  throw new EngineError("header.malformed", {
    detail: `${JSON.stringify(name)} holds a line break, or NUL outside a quoted string, in ${JSON.stringify(text)}; remove it or escape it`,
  });
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
