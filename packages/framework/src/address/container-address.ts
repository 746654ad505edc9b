import { Contact, NameAddress, Parameters, parseNameAddress } from "@siplet/core";
import { Address } from "../api/address.js";
import type { Uri } from "../api/uri.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { requireText } from "../errors/require-text.js";
import { ServletParseError } from "../errors/servlet-parse-error.js";
import { freeValue, type ChangeGuard } from "./change-guard.js";
import { ParameterStore } from "./parameter-store.js";
import { engineUri, uriOf } from "./uris.js";

/** An address that can change (JSR 289 §4.1). */
export class ContainerAddress extends Address {
  readonly #guard: ChangeGuard;
  readonly #parameters: ParameterStore;
  #displayName: string | undefined;
  #uri: Uri | undefined;
  /** The text it was read from, until something changes. */
  #text: string | undefined;

  constructor(value: NameAddress | Contact, guard: ChangeGuard = freeValue) {
    super();
    this.#guard = {
      check: () => guard.check(),
      checkParameter: (name) => guard.checkParameter?.(name),
      changed: () => this.#forgetText(guard),
    };
    this.#displayName = value.displayName;
    this.#uri = value.uri === undefined ? undefined : uriOf(value.uri, this.#uriGuard);
    this.#parameters = new ParameterStore(value.parameters, this.#guard);
    this.#text = String(value);
  }

  get value(): string {
    return this.#write(Parameters.empty);
  }

  set value(text: string) {
    this.#guard.check();
    const value = readAddress(text);
    this.#displayName = value.displayName;
    this.#uri = value.uri === undefined ? undefined : uriOf(value.uri, this.#uriGuard);
    this.#guard.changed();
  }

  get displayName(): string | undefined {
    return this.#displayName;
  }

  set displayName(name: string | undefined) {
    this.#guard.check();
    if (name !== undefined) requireWritable(name);
    this.#displayName = name;
    this.#guard.changed();
  }

  get uri(): Uri | undefined {
    return this.#uri;
  }

  set uri(uri: Uri | undefined) {
    this.#guard.check();
    if (uri === undefined || uri === null) {
      throw new IllegalArgumentError("argument.missing", { detail: "an address needs a URI" });
    }
    this.#uri = uriOf(engineUri(uri), this.#uriGuard);
    this.#guard.changed();
  }

  get isWildcard(): boolean {
    return this.#uri === undefined;
  }

  get q(): number | undefined {
    const text = this.#parameters.get("q");
    return text === undefined ? undefined : Number(text);
  }

  set q(q: number | undefined) {
    const isGone = q === undefined || q === -1;
    if (!isGone && !(q >= 0 && q <= 1)) {
      throw new IllegalArgumentError("argument.invalid", { detail: `q ${q} is not within 0 and 1` });
    }
    this.#parameters.set("q", isGone ? undefined : String(Math.round(q * 1000) / 1000));
  }

  get expires(): number | undefined {
    const text = this.#parameters.get("expires");
    if (text === undefined) return undefined;
    const seconds = /^\d+$/.test(text) ? Number(text) : 3600;
    return seconds > 4_294_967_295 ? 3600 : seconds;
  }

  set expires(seconds: number | undefined) {
    this.#parameters.set("expires", seconds === undefined || seconds < 0 ? undefined : String(Math.trunc(seconds)));
  }

  getParameter(name: string): string | undefined {
    return this.#parameters.get(name);
  }

  setParameter(name: string, value: string | undefined): void {
    this.#parameters.set(name, value);
  }

  removeParameter(name: string): void {
    this.#parameters.set(name, undefined);
  }

  getParameterNames(): readonly string[] {
    return this.#parameters.names();
  }

  getParameters(): readonly (readonly [name: string, value: string])[] {
    return this.#parameters.entries();
  }

  clone(): ContainerAddress {
    const copy = new ContainerAddress(readAddress(this.toString()));
    copy.removeParameter("tag");
    return copy;
  }

  /** By URI and parameters; the display name does not count (JSR 289 §4.1). */
  equals(other: unknown): boolean {
    if (!(other instanceof ContainerAddress)) return false;
    const sameUri = this.#uri === undefined ? other.#uri === undefined : this.#uri.equals(other.#uri);
    return sameUri && this.#parameters.equals(other.#parameters);
  }

  toString(): string {
    return (this.#text ??= this.#write(this.#parameters.current));
  }

  /** The parameters of the URI are not those of the header field. */
  get #uriGuard(): ChangeGuard {
    return { check: () => this.#guard.check(), changed: () => this.#guard.changed() };
  }

  #write(parameters: Parameters): string {
    if (this.#uri === undefined) return "*";
    const uri = engineUri(this.#uri);
    return String(NameAddress.create({ displayName: this.#displayName, uri, parameters }));
  }

  #forgetText(guard: ChangeGuard): void {
    this.#text = undefined;
    guard.changed();
  }
}

/** A display name is quoted where it must be, but no quote holds a line end. @throws IllegalArgumentError */
function requireWritable(displayName: string): void {
  if (!/[\r\n\0]/.test(requireText(displayName, "the display name"))) return;
  throw new IllegalArgumentError("argument.invalid", { detail: "a display name takes no line end" });
}

function readAddress(text: string): NameAddress | Contact {
  requireText(text, "an address");
  if (text.trim() === "*") return Contact.wildcard;
  try {
    return parseNameAddress(text);
  } catch (cause) {
    throw new ServletParseError("parse.address", { detail: `"${text}": ${String(cause)}`, cause });
  }
}

/** Reads an address; `*` makes the wildcard. @throws ServletParseError `parse.address` */
export function createAddress(text: string, guard: ChangeGuard = freeValue): ContainerAddress {
  return new ContainerAddress(readAddress(text), guard);
}

/** An address of a URI and perhaps a display name. */
export function addressOf(uri: Uri, displayName?: string): ContainerAddress {
  return new ContainerAddress(NameAddress.create({ uri: engineUri(uri), displayName }));
}
