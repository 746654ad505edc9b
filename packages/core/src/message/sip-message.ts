import { EngineError } from "../errors/engine-error.js";
import { definitionByName, headerKey, type HeaderName, type HeaderResult } from "../headers/header-table.js";
import type { CSeq } from "../headers/cseq.js";
import { peekTag } from "../headers/peek-tag.js";
import type { Via } from "../headers/via.js";
import type { HeaderField } from "./header-field.js";

const noBody = new Uint8Array(0);

/**
 * What requests and responses share. A message never changes; `RequestBuilder.from` and
 * `ResponseBuilder.from` give a copy that can be changed. Lists that a message hands out are copies. Header fields are kept as they
 * came and are decoded when asked for.
 */
export abstract class SipMessage {
  abstract readonly kind: "request" | "response";
  /** The method; of a response, that of its CSeq. Compares with case. */
  abstract readonly method: string;
  /** Request-Line or Status-Line as wire text, without the line end. */
  abstract readonly startLine: string;

  /** Header fields in their order. */
  readonly fields: readonly HeaderField[];
  /** Body octets; empty when there is none. */
  readonly body: Uint8Array;
  /** Tags are asked for again and again; `null` stands for none. */
  #fromTag: string | null | undefined;
  #toTag: string | null | undefined;

  constructor(fields: readonly HeaderField[], body: Uint8Array = noBody) {
    this.fields = fields;
    this.body = body;
  }

  /** First field of that name, by its key (long name, lower case). */
  field(key: string): HeaderField | undefined {
    const { fields } = this;
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index];
      if (field !== undefined && field.key === key) return field;
    }
    return undefined;
  }

  /** All fields of that name, by key, in order. */
  fieldsOf(key: string): HeaderField[] {
    return this.fields.filter((field) => field.key === key);
  }

  /** Tells whether a header of that name is there, in long or compact form. */
  has(name: HeaderName): boolean {
    return this.field(headerKey(name)) !== undefined;
  }

  /**
   * Decoded value of a header: a list for headers that may have several values, else the first value.
   * @throws EngineError `header.malformed` when the text does not follow the grammar of that header
   */
  get<Name extends HeaderName>(name: Name): HeaderResult<Name> {
    const definition = definitionByName(name);
    if (definition === undefined) return this.field(headerKey(name))?.value as HeaderResult<Name>;
    if (definition.occurs !== "single") return valuesOf(this.fields, definition.key) as HeaderResult<Name>;
    const value = this.field(definition.key)?.value;
    return (value instanceof Date ? new Date(value) : value) as HeaderResult<Name>;
  }

  /** As {@link get}, for what a peer may have written wrongly: undefined when it is absent or cannot be decoded. */
  tryGet<Name extends HeaderName>(name: Name): HeaderResult<Name> | undefined {
    try {
      return this.get(name);
    } catch {
      return undefined;
    }
  }

  /** Text of the first field of that name, unfolded and decoded. */
  getText(name: HeaderName): string | undefined {
    return this.field(headerKey(name))?.text;
  }

  /** Text of each field of that name; joined values stay joined. */
  getTexts(name: HeaderName): string[] {
    return this.fieldsOf(headerKey(name)).map((field) => field.text);
  }

  /** Call-ID, or "" when the message lacks one. */
  get callId(): string {
    return this.field("call-id")?.text ?? "";
  }

  /**
   * CSeq. What `parseMessage` took can be read whenever it is there.
   * @throws EngineError `header.malformed` when it is absent or broken
   */
  get cseq(): CSeq {
    return required(this, "cseq", "CSeq") as CSeq;
  }

  /**
   * The uppermost Via value. What `parseMessage` took can be read whenever it is there.
   * @throws EngineError `header.malformed` when it is absent or broken
   */
  get topVia(): Via {
    return (required(this, "via", "Via") as readonly [Via])[0];
  }

  /** Tag of the From, if it has one. */
  get fromTag(): string | undefined {
    if (this.#fromTag === undefined) this.#fromTag = tagOf(this.field("from")) ?? null;
    return this.#fromTag ?? undefined;
  }

  /** Tag of the To, if it has one. */
  get toTag(): string | undefined {
    if (this.#toTag === undefined) this.#toTag = tagOf(this.field("to")) ?? null;
    return this.#toTag ?? undefined;
  }
}

function required(message: SipMessage, key: string, name: string): unknown {
  const field = message.field(key);
  if (field === undefined) throw new EngineError("header.malformed", { detail: `the message has no ${name}` });
  return field.value;
}

function tagOf(field: HeaderField | undefined): string | undefined {
  return field === undefined ? undefined : peekTag(field.text);
}

const none: unknown[] = [];

/** Values of all fields of that name; values joined by commas stand apart. */
function valuesOf(fields: readonly HeaderField[], key: string): unknown[] {
  let values: unknown[] = none;
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index];
    if (field?.key !== key) continue;
    const { value } = field;
    if (values === none) values = Array.isArray(value) ? value.slice() : [value];
    else if (!Array.isArray(value)) values.push(value);
    else for (const each of value as readonly unknown[]) values.push(each);
  }
  return values === none ? [] : values;
}
