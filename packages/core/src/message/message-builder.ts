import { EngineError } from "../errors/engine-error.js";
import { digitsValue } from "../grammar/digits.js";
import { headerKey, serializeHeader, type HeaderInput, type HeaderName } from "../headers/header-table.js";
import { encodeContent, type ContentCoding } from "./content-coding.js";
import { createHeaderField, type HeaderField } from "./header-field.js";

/** What may be given as a body. */
export type BodyInput = Uint8Array | string;

const noBody = new Uint8Array(0);
const describingBody: ReadonlySet<string> = new Set(["content-type", "content-disposition", "content-language"]);

/**
 * A message in the making. Values may be given as text, which is written as it is, or decoded, which is written by the
 * grammar of the header. Content-Length is no concern of the caller: whatever stands there, the message gets the right one.
 */
export abstract class MessageBuilder {
  #fields: HeaderField[];
  #shared = false;
  #body: Uint8Array;

  constructor(fields: HeaderField[] = [], body: Uint8Array = noBody) {
    this.#fields = fields;
    this.#body = body;
  }

  /** The fields so far, in order. */
  get fields(): readonly HeaderField[] {
    return this.#fields;
  }

  get body(): Uint8Array {
    return this.#body;
  }

  /** Text of the first field of that name. */
  getText(name: HeaderName): string | undefined {
    const key = headerKey(name);
    return this.#fields.find((field) => field.key === key)?.text;
  }

  has(name: HeaderName): boolean {
    const key = headerKey(name);
    return this.#fields.some((field) => field.key === key);
  }

  /**
   * Replaces all fields of that name by one, at the place of the first.
   * @throws EngineError `header.malformed`
   */
  set<Name extends HeaderName>(name: Name, value: HeaderInput<Name>): this {
    const field = createHeaderField(name, serializeHeader(name, value));
    const fields = this.#own();
    const index = fields.findIndex((each) => each.key === field.key);
    if (index < 0) fields.push(field);
    else {
      fields[index] = field;
      this.#fields = fields.filter((each, place) => place <= index || each.key !== field.key);
    }
    return this;
  }

  /** Adds a field behind the others, whatever stands there already. @throws EngineError `header.malformed` */
  add<Name extends HeaderName>(name: Name, value: HeaderInput<Name>): this {
    this.#own().push(createHeaderField(name, serializeHeader(name, value)));
    return this;
  }

  /** Adds a field in front of all others: Via, Record-Route, Route. @throws EngineError `header.malformed` */
  addFirst<Name extends HeaderName>(name: Name, value: HeaderInput<Name>): this {
    this.#own().unshift(createHeaderField(name, serializeHeader(name, value)));
    return this;
  }

  /** Adds a field with a text that is written as it is. @throws EngineError `header.malformed` */
  addText(name: HeaderName, text: string): this {
    this.#own().push(createHeaderField(name, text));
    return this;
  }

  /** Adds fields of another message as they are. */
  addFields(fields: readonly HeaderField[]): this {
    this.#own().push(...fields);
    return this;
  }

  /** Adds one field as it is, behind the others or in front of them. */
  addField(field: HeaderField, first = false): this {
    if (first) this.#own().unshift(field);
    else this.#own().push(field);
    return this;
  }

  /** Puts another list of fields in place of the present one. */
  replaceFields(fields: HeaderField[]): this {
    this.#fields = fields;
    this.#shared = false;
    return this;
  }

  /** Removes all fields of that name. */
  remove(name: HeaderName): this {
    const key = headerKey(name);
    this.#fields = this.#fields.filter((field) => field.key !== key);
    this.#shared = false;
    return this;
  }

  /**
   * Sets the body and its type. Text is sent as UTF-8. A body that goes takes its Content-Encoding along, and, when none
   * follows, its Content-Type, Content-Disposition and Content-Language.
   * @throws EngineError `header.malformed` when a body has no type (RFC 3261 §20.15)
   */
  setBody(body: BodyInput, contentType?: string): this {
    if (this.#body.length > 0) this.remove("Content-Encoding");
    this.#body = typeof body === "string" ? Buffer.from(body, "utf8") : body;
    this.remove("Content-Length");
    if (this.#body.length === 0) return this.#removeAll(describingBody);
    if (contentType !== undefined) return this.set("Content-Type", contentType);
    if (this.has("Content-Type")) return this;
    throw new EngineError("header.malformed", {
      detail: "a body needs a Content-Type: pass one to setBody",
    });
  }

  /** Compresses the body that was set and says so in Content-Encoding (RFC 3261 §20.12). */
  encodeBody(coding: ContentCoding): this {
    if (this.#body.length === 0 || coding === "identity") return this;
    const before = this.getText("Content-Encoding");
    this.#body = encodeContent(this.#body, coding);
    return this.set("Content-Encoding", before === undefined ? coding : `${before}, ${coding}`);
  }

  /** Hands the fields to a message; a later change works on a copy. */
  protected share(): readonly HeaderField[] {
    this.#mendLength();
    this.#shared = true;
    return this.#fields;
  }

  /** A Content-Length that came with other fields, or was set by hand, may tell of another body (RFC 3261 §20.14). */
  #mendLength(): void {
    const { length } = this.#body;
    for (const field of this.#fields) {
      if (field.key !== "content-length") continue;
      if (digitsValue(field.line, field.valueStart, field.line.length) === length) continue;
      if (digitsValue(field.text, 0, field.text.length) === length) continue;
      this.set("Content-Length", length);
      return;
    }
  }

  #removeAll(keys: ReadonlySet<string>): this {
    return this.replaceFields(this.#fields.filter((field) => !keys.has(field.key)));
  }

  #own(): HeaderField[] {
    if (this.#shared) {
      this.#fields = [...this.#fields];
      this.#shared = false;
    }
    return this.#fields;
  }
}
