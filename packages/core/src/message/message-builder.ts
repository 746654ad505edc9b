import { EngineError } from "../errors/engine-error.js";
import { headerKey, serializeHeader, type HeaderInput, type HeaderName } from "../headers/header-table.js";
import { createHeaderField, type HeaderField } from "./header-field.js";

/** What may be given as a body. */
export type BodyInput = Uint8Array | string;

const noBody = new Uint8Array(0);

/**
 * A message in the making. Values may be given as text, which is written as it is, or decoded, which is written by the
 * grammar of the header. Content-Length is written for the body unless it was set by hand.
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
   * Sets the body and its type; an empty body takes Content-Type away. Text is sent as UTF-8.
   * @throws EngineError `header.malformed` when a body has no type (RFC 3261 §20.15)
   */
  setBody(body: BodyInput, contentType?: string): this {
    this.#body = typeof body === "string" ? Buffer.from(body, "utf8") : body;
    this.remove("Content-Length");
    if (this.#body.length === 0) return this.remove("Content-Type");
    if (contentType !== undefined) return this.set("Content-Type", contentType as HeaderInput<"Content-Type">);
    if (this.has("Content-Type")) return this;
    throw new EngineError("header.malformed", {
      detail: "a body needs a Content-Type: pass one to setBody",
    });
  }

  /** Hands the fields to a message; a later change works on a copy. */
  protected share(): readonly HeaderField[] {
    this.#shared = true;
    return this.#fields;
  }

  #own(): HeaderField[] {
    if (this.#shared) {
      this.#fields = [...this.#fields];
      this.#shared = false;
    }
    return this.#fields;
  }
}
