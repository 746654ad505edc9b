import { Uri } from "./uri.js";

/** A `tel:` URI. JSR: `TelURL`; JSR 289 §4, RFC 3966. */
export abstract class TelUri extends Uri {
  /** The number with its visual separators, without the leading `+`. */
  abstract readonly phoneNumber: string;
  /** Undefined for a global number. */
  abstract readonly phoneContext: string | undefined;
  abstract readonly isGlobal: boolean;

  /**
   * A global number (with or without `+`), or a local one with its context.
   *
   * @throws IllegalArgumentError `argument.invalid` when RFC 3966 does not allow it.
   */
  abstract setPhoneNumber(number: string, phoneContext?: string): void;

  abstract override clone(): TelUri;
}
