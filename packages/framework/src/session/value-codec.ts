import { Address } from "../api/address.js";
import { SipApplicationSession, SipSession } from "../api/object-model.js";
import type { ServletClass } from "../api/servlet-class.js";
import { Uri } from "../api/uri.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import type { PlainValue } from "../spi/session-snapshot.js";

/** Makes what text and ids stand for. */
export interface ValueSources {
  address(text: string): Address;
  uri(text: string): Uri;
  applicationSession(id: string): SipApplicationSession | undefined;
}

/** The key that tells a tagged object from one of the application. */
const tag = "$";

type Tagged = { readonly [name: string]: PlainValue };

/**
 * Writes values of an application as plain data and reads them back: JSON values, octets, Date, Map, Set, bigint, URL,
 * addresses, sessions, and instances of the classes it was told of, by their own fields. Sharing is not kept: a value that
 * stands in two places comes back as two.
 */
export class ValueCodec {
  readonly #classes: ReadonlyMap<string, ServletClass>;
  readonly #sources: ValueSources;

  constructor(classes: readonly ServletClass[], sources: ValueSources) {
    this.#classes = new Map(classes.map((each) => [each.name, each]));
    this.#sources = sources;
  }

  /** @throws IllegalArgumentError `argument.content` naming path and class of what cannot be written */
  encode(value: unknown, path: string, parents: readonly unknown[] = []): PlainValue {
    if (value === null || typeof value === "boolean" || typeof value === "string") return value;
    if (typeof value === "number") return Number.isFinite(value) ? value : { [tag]: "number", text: String(value) };
    if (typeof value === "bigint") return { [tag]: "bigint", text: String(value) };
    if (value === undefined) return { [tag]: "undefined" };
    if (typeof value !== "object") throw refusal(path, `a ${typeof value}`);
    if (parents.includes(value)) throw refusal(path, "a reference to something that holds it");
    return this.#encodeKnown(value) ?? this.#encodeHolder(value, path, [...parents, value]);
  }

  /** Reads what `encode` wrote. */
  decode(plain: PlainValue): unknown {
    if (typeof plain !== "object" || plain === null || plain instanceof Uint8Array) return plain;
    if (Array.isArray(plain)) return plain.map((each: PlainValue) => this.decode(each));
    const object = plain as Tagged;
    return Object.hasOwn(object, tag) ? this.#decodeTagged(object) : this.decodeFields(object);
  }

  /** The fields of an object, each with its own path. */
  encodeFields(entries: Iterable<readonly [string, unknown]>, path: string, parents: readonly unknown[] = []): Tagged {
    const fields = [...entries].map(([name, each]) => [name, this.encode(each, `${path}.${name}`, parents)] as const);
    return Object.fromEntries(fields);
  }

  decodeFields(fields: Tagged): Record<string, unknown> {
    return Object.fromEntries(Object.entries(fields).map(([name, each]) => [name, this.decode(each)]));
  }

  /** Values that are text or an id. */
  #encodeKnown(value: object): PlainValue | undefined {
    if (value instanceof Uint8Array) return Uint8Array.from(value);
    if (value instanceof Date) return { [tag]: "date", time: value.getTime() };
    if (value instanceof URL) return { [tag]: "url", text: value.href };
    if (value instanceof Address) return { [tag]: "address", text: value.toString() };
    if (value instanceof Uri) return { [tag]: "uri", text: value.toString() };
    if (value instanceof SipApplicationSession) return { [tag]: "applicationSession", id: value.id };
    if (value instanceof SipSession) {
      return { [tag]: "session", id: value.id, applicationSession: value.applicationSession.id };
    }
    return undefined;
  }

  /** Values that hold others. */
  #encodeHolder(value: object, path: string, parents: readonly unknown[]): PlainValue {
    if (Array.isArray(value)) return value.map((each, index) => this.encode(each, `${path}[${index}]`, parents));
    if (value instanceof Map) {
      const pairs = [...value].map((pair, index) => this.encode(pair, `${path}<${index}>`, parents));
      return { [tag]: "map", pairs };
    }
    if (value instanceof Set) {
      return { [tag]: "set", values: [...value].map((each, index) => this.encode(each, `${path}<${index}>`, parents)) };
    }
    const fields = this.encodeFields(Object.entries(value), path, parents);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      return Object.hasOwn(fields, tag) ? { [tag]: "object", fields } : fields;
    }
    const { name } = value.constructor;
    if (this.#classes.get(name) !== value.constructor) throw refusal(path, `an instance of ${name}`);
    return { [tag]: "class", name, fields };
  }

  #decodeTagged(object: Tagged): unknown {
    const text = typeof object["text"] === "string" ? object["text"] : "";
    switch (object[tag]) {
      case "number":
        return Number(text);
      case "bigint":
        return BigInt(text);
      case "date":
        return new Date(Number(object["time"]));
      case "url":
        return new URL(text);
      case "address":
        return this.#sources.address(text);
      case "uri":
        return this.#sources.uri(text);
      case "map":
        return new Map(this.decode(object["pairs"] ?? []) as [unknown, unknown][]);
      case "set":
        return new Set(this.decode(object["values"] ?? []) as unknown[]);
      case "object":
        return this.decodeFields((object["fields"] ?? {}) as Tagged);
      default:
        return this.#decodeReference(object);
    }
  }

  #decodeReference(object: Tagged): unknown {
    const id = textOf(object["id"]);
    if (object[tag] === "applicationSession") return this.#sources.applicationSession(id);
    if (object[tag] === "session") {
      return this.#sources.applicationSession(textOf(object["applicationSession"]))?.getSipSession(id);
    }
    if (object[tag] !== "class") return undefined;
    const known = this.#classes.get(textOf(object["name"]));
    if (known === undefined) {
      throw new IllegalArgumentError("argument.content", {
        detail: `this application has no class ${textOf(object["name"])}; name it in snapshotClasses`,
      });
    }
    return Object.assign(
      Object.create(known.prototype as object) as object,
      this.decodeFields((object["fields"] ?? {}) as Tagged),
    );
  }
}

/** A name or id; one that is no text still shows what it is. */
function textOf(value: PlainValue | undefined): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function refusal(path: string, what: string): IllegalArgumentError {
  return new IllegalArgumentError("argument.content", {
    detail: `${path} is ${what}, which cannot be written down; keep plain data, or name its class in snapshotClasses`,
  });
}
