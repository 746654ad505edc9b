import {
  createsDialog,
  headerDefinition,
  headerKey,
  isEngineError,
  refreshesTarget,
  splitCommaList,
  type HeaderField,
} from "@siplet/core";
import { createAddress, type ContainerAddress } from "../address/container-address.js";
import { createParameterable, type ContainerParameterable } from "../address/container-parameterable.js";
import { systemValue, type ChangeGuard } from "../address/change-guard.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { ServletParseError } from "../errors/servlet-parse-error.js";
import { mergeContact, unsentContact } from "./contact.js";
import type { MessageState } from "./message-state.js";
import { isSystemHeader, requireOwnHeader, type ContactOwner } from "./system-headers.js";

function requireName(name: string): string {
  if (typeof name === "string" && name !== "") return headerKey(name);
  throw new IllegalArgumentError("argument.missing", { detail: "a header needs a name" });
}

/** The values of one field: joined ones apart where the header is a list. */
function valuesOf(field: HeaderField): readonly string[] {
  const { text } = field;
  if (headerDefinition(field.key)?.occurs !== "comma-list" || !text.includes(",")) return [text];
  return splitCommaList(text);
}

/** Header fields of a message by the rules of the servlet API (JSR 289 §5.4). */
export class HeaderAccess {
  readonly #state: MessageState;
  readonly #owner: ContactOwner;

  constructor(state: MessageState, owner: ContactOwner) {
    this.#state = state;
    this.#owner = owner;
  }

  first(name: string): string | undefined {
    const field = this.#state.field(requireName(name));
    return field === undefined ? undefined : valuesOf(field)[0];
  }

  all(name: string): readonly string[] {
    const key = requireName(name);
    return this.#state.fields.filter((field) => field.key === key).flatMap(valuesOf);
  }

  names(): readonly string[] {
    const seen = new Map<string, string>();
    for (const field of this.#state.fields) {
      if (!seen.has(field.key)) seen.set(field.key, headerDefinition(field.key)?.name ?? field.name);
    }
    return [...seen.values()];
  }

  set(name: string, value: string): void {
    this.#requireValue(name, value);
    const draft = this.#change(name);
    refuseUnwritable(name, () => draft.addText(name, value));
    // The new field was written behind those it replaces: nothing is lost when it cannot be written.
    const key = headerKey(name);
    const added = draft.fields.at(-1);
    draft.replaceFields(draft.fields.filter((field) => field.key !== key || field === added));
  }

  add(name: string, value: string): void {
    this.#requireValue(name, value);
    const draft = this.#change(name);
    refuseUnwritable(name, () => draft.addText(name, value));
  }

  /** Replaces all values by one of an address or a value with parameters. @throws IllegalArgumentError for another form */
  setTyped(name: string, value: unknown): void {
    this.set(name, this.#typedText(name, value));
  }

  /** Adds such a value in front of those that are there, or behind them. */
  insertTyped(name: string, value: unknown, first: boolean): void {
    this.insert(name, this.#typedText(name, value), first);
  }

  remove(name: string): void {
    this.#change(name).remove(name);
  }

  address(name: string): ContainerAddress | undefined {
    return this.addresses(name)[0];
  }

  /** Addresses that write back to the message when they change. @throws ServletParseError `parse.address` */
  addresses(name: string): readonly ContainerAddress[] {
    if (this.#mayShowOwnContact(requireName(name))) return [this.#ownContact()];
    return this.#values(name, createAddress, "parse.address");
  }

  /** @throws ServletParseError `parse.parameterable` */
  parameterables(name: string): readonly ContainerParameterable[] {
    return this.#values(name, createParameterable, "parse.parameterable");
  }

  /** Puts a value in front of those that are there, or behind them. */
  insert(name: string, value: string, first: boolean): void {
    const values = this.all(name);
    this.#change(name);
    this.#write(name, first ? [value, ...values] : [...values, value]);
  }

  /** Replaces all values, one field each, for the container itself. */
  #write(name: string, values: readonly string[]): void {
    const draft = this.#state.draft();
    draft.remove(name);
    for (const value of values) draft.addText(name, value);
  }

  #values<T extends { toString(): string }>(
    name: string,
    create: (text: string, guard: ChangeGuard) => T,
    code: "parse.address" | "parse.parameterable",
  ): readonly T[] {
    const values: T[] = [];
    const guard = this.#guardOf(name, (texts) => this.#write(name, texts), values);
    for (const text of this.all(name)) values.push(readValue(name, text, () => create(text, guard), code));
    return values;
  }

  /** Who decides about changes of the values of a header, and where they are written. */
  #guardOf(name: string, write: (texts: readonly string[]) => void, values: readonly unknown[]): ChangeGuard {
    const key = requireName(name);
    if (!isSystemHeader(key, this.#owner)) {
      return { check: () => this.#state.requireOpen(name), changed: () => write(values.map(String)) };
    }
    if (this.#state.isReceived) return systemValue;
    if (key === "contact") return this.#contactGuard(values);
    const isParty = (key === "from" || key === "to") && this.#owner.status === undefined;
    return isParty ? this.#partyGuard(name, () => write(values.map(String))) : systemValue;
  }

  /** From and To of a request that was not sent: all but the tag may change (JSR 289 §5.4.2, RFC 4916). */
  #partyGuard(name: string, changed: () => void): ChangeGuard {
    return {
      check: () => this.#state.requireOpen(name),
      checkParameter: (parameter) => {
        if (parameter.toLowerCase() !== "tag") return;
        throw new IllegalStateError("state.immutable", { detail: `the tag of ${name} belongs to the container` });
      },
      changed,
    };
  }

  /** The container's Contact: what belongs to the container stays whatever is set (JSR 289 §4.1.3). */
  #contactGuard(values: readonly unknown[]): ChangeGuard {
    const own = this.#state.field("contact")?.text ?? unsentContact;
    return {
      check: () => this.#state.requireOpen("Contact"),
      changed: () => this.#write("Contact", [mergeContact(own, String(values[0]))]),
    };
  }

  /** A request that will get its Contact when it is sent shows one that can already be changed. */
  #mayShowOwnContact(key: string): boolean {
    const { method, status } = this.#owner;
    const isOurs = key === "contact" && status === undefined && !this.#state.isReceived && !this.#state.isCommitted;
    if (!isOurs || this.#state.field("contact") !== undefined) return false;
    return createsDialog(method) || refreshesTarget(method);
  }

  #ownContact(): ContainerAddress {
    const values: ContainerAddress[] = [];
    const contact = createAddress(unsentContact, this.#contactGuard(values));
    values.push(contact);
    return contact;
  }

  /** The text of a typed value, if the header can hold it. */
  #typedText(name: string, value: unknown): string {
    if (value === undefined || value === null) {
      throw new IllegalArgumentError("argument.missing", { detail: `${name} needs a value` });
    }
    requireOwnHeader(name, requireName(name), this.#owner);
    const text = (value as { toString(): string }).toString();
    try {
      headerDefinition(headerKey(name))?.parseValue(text);
    } catch (cause) {
      throw new IllegalArgumentError("argument.invalid", { detail: `${name} cannot be ${text}`, cause });
    }
    return text;
  }

  #change(name: string): ReturnType<MessageState["edit"]> {
    requireOwnHeader(name, requireName(name), this.#owner);
    return this.#state.edit(name);
  }

  #requireValue(name: string, value: string): void {
    if (typeof value === "string") return;
    throw new IllegalArgumentError("argument.missing", {
      detail: `${name} needs a value; use removeHeader to take it away`,
    });
  }
}

function readValue<T>(name: string, text: string, create: () => T, code: "parse.address" | "parse.parameterable"): T {
  try {
    return create();
  } catch (cause) {
    throw new ServletParseError(code, { detail: `${name}: ${text}`, cause });
  }
}

/** What would break the message, such as a line end in a value or a name that is none. */
function refuseUnwritable(name: string, write: () => unknown): void {
  try {
    if (!/^[\w\-.!%*+`'~]+$/.test(name)) {
      throw new IllegalArgumentError("argument.invalid", { detail: `"${name}" is no header name` });
    }
    write();
  } catch (cause) {
    if (!isEngineError(cause)) throw cause;
    throw new IllegalArgumentError("argument.invalid", { detail: cause.message, cause });
  }
}
