import { IllegalArgumentError } from "./illegal-argument-error.js";

/** A name or id that must be there. @throws IllegalArgumentError `argument.missing` */
export function requireText(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  throw new IllegalArgumentError("argument.missing", { detail: `${what} is ${String(value)}` });
}
