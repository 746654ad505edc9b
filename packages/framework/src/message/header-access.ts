import { headerDefinition, headerKey, splitCommaList, type HeaderField } from "@siplet/core";
import { createAddress, type ContainerAddress } from "../address/container-address.js";
import { createParameterable, type ContainerParameterable } from "../address/container-parameterable.js";
import { systemValue, type ChangeGuard } from "../address/change-guard.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { ServletParseError } from "../errors/servlet-parse-error.js";
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
    this.#change(name).remove(name).addText(name, value);
  }

  add(name: string, value: string): void {
    this.#requireValue(name, value);
    this.#change(name).addText(name, value);
  }

  remove(name: string): void {
    this.#change(name).remove(name);
  }

  address(name: string): ContainerAddress | undefined {
    return this.addresses(name)[0];
  }

  /** Addresses that write back to the message when they change. @throws ServletParseError `parse.header` */
  addresses(name: string): readonly ContainerAddress[] {
    return this.#values(name, createAddress);
  }

  parameterables(name: string): readonly ContainerParameterable[] {
    return this.#values(name, createParameterable);
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
  ): readonly T[] {
    const key = requireName(name);
    const isSystem = isSystemHeader(key, this.#owner);
    const values: T[] = [];
    const writeBack: ChangeGuard = {
      check: () => this.#state.requireOpen(name),
      changed: () => this.#write(name, values.map(String)),
    };
    for (const text of this.all(name)) values.push(this.#read(name, text, isSystem ? systemValue : writeBack, create));
    return values;
  }

  #read<T>(name: string, text: string, guard: ChangeGuard, create: (text: string, guard: ChangeGuard) => T): T {
    try {
      return create(text, guard);
    } catch (cause) {
      throw new ServletParseError("parse.header", { detail: `${name}: ${text}`, cause });
    }
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
