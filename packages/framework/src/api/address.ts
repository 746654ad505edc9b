import { Parameterable } from "./parameterable.js";
import type { Uri } from "./uri.js";

/** The value of From, To, Contact, Route and their like: `(name-addr | addr-spec) *(;param)`. JSR 289 §4.1. */
export abstract class Address extends Parameterable {
  /** Without quotes; undefined when absent. */
  abstract displayName: string | undefined;
  /** Undefined only for the wildcard. */
  abstract uri: Uri | undefined;
  /** Whether this is the `*` of a Contact. */
  abstract readonly isWildcard: boolean;
  /** The `q` parameter, 0–1; undefined when absent (JSR: -1). Assigning anything outside throws IllegalArgumentError. */
  abstract q: number | undefined;
  /** The `expires` parameter in seconds; undefined when absent (JSR: -1). A negative number removes it. */
  abstract expires: number | undefined;

  /** A copy without the `tag` parameter that belongs to no message. */
  abstract override clone(): Address;
}
