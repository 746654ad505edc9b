import { TelUri as TelUriValue } from "@siplet/core";
import { TelUri } from "../api/tel-uri.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { requireText } from "../errors/require-text.js";
import { freeValue, type ChangeGuard } from "./change-guard.js";

/** A tel URI that can change (JSR 289 §4, RFC 3966). */
export class ContainerTelUri extends TelUri {
  readonly scheme = "tel";
  readonly isSipUri = false;
  readonly #guard: ChangeGuard;
  #value: TelUriValue;

  constructor(value: TelUriValue, guard: ChangeGuard = freeValue) {
    super();
    this.#value = value;
    this.#guard = guard;
  }

  /** The URI as the engine holds it. */
  get engineValue(): TelUriValue {
    return this.#value;
  }

  get phoneNumber(): string {
    const { number } = this.#value;
    return this.#value.isGlobal ? number.slice(1) : number;
  }

  get phoneContext(): string | undefined {
    return this.#value.phoneContext;
  }

  get isGlobal(): boolean {
    return this.#value.isGlobal;
  }

  setPhoneNumber(number: string, phoneContext?: string): void {
    requireText(number, "the telephone number");
    const isGlobal = phoneContext === undefined;
    const kept = [...this.#value.parameters].filter(([name]) => name.toLowerCase() !== "phone-context");
    const context = isGlobal ? [] : [["phone-context", phoneContext] as const];
    this.#replace(isGlobal && !number.startsWith("+") ? `+${number}` : number, [...kept, ...context]);
  }

  getParameter(name: string): string | undefined {
    requireText(name, "the name of a parameter");
    const { parameters } = this.#value;
    return parameters.has(name) ? (parameters.get(name) ?? "") : undefined;
  }

  setParameter(name: string, value: string | undefined | null): void {
    const lower = requireText(name, "the name of a parameter").toLowerCase();
    const kept = [...this.#value.parameters].filter(([each]) => each.toLowerCase() !== lower);
    this.#replace(
      this.#value.number,
      value === undefined || value === null ? kept : [...kept, [name, value === "" ? undefined : value]],
    );
  }

  removeParameter(name: string): void {
    this.setParameter(name, undefined);
  }

  getParameterNames(): readonly string[] {
    return this.#value.parameters.names();
  }

  clone(): ContainerTelUri {
    return new ContainerTelUri(this.#value);
  }

  equals(other: unknown): boolean {
    return other instanceof ContainerTelUri && this.#value.equals(other.#value);
  }

  toString(): string {
    return this.#value.toString();
  }

  #replace(number: string, parameters: readonly (readonly [string, string | undefined])[]): void {
    this.#guard.check();
    try {
      this.#value = TelUriValue.create({ number, parameters });
    } catch (cause) {
      throw new IllegalArgumentError("argument.invalid", { detail: `tel URI ${number}: ${String(cause)}`, cause });
    }
    this.#guard.changed();
  }
}
