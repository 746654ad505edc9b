/**
 * A URI of any scheme, as the servlet API has it: mutable, and bound to the message it was read from.
 * `@siplet/core` has an immutable value of the same kind; the container translates. JSR 289 §4.
 *
 * On a URI of a system header field or of a committed message every change throws IllegalStateError `state.immutable`.
 */
export abstract class Uri {
  /** Lower case, such as `sip`, `sips`, `tel`, `http`. */
  abstract readonly scheme: string;

  /** Whether this is a `SipUri` (scheme `sip` or `sips`). JSR: `isSipURI`. */
  abstract readonly isSipUri: boolean;

  /** A URI parameter; `""` for one without value, undefined when absent. Names ignore case. JSR 289 §4. */
  abstract getParameter(name: string): string | undefined;

  /** Sets a parameter; `""` makes one without value, undefined removes it. */
  abstract setParameter(name: string, value: string | undefined): void;

  abstract removeParameter(name: string): void;

  /** JSR: `getParameterNames`, `getParameterNameSet`. */
  abstract getParameterNames(): readonly string[];

  /** A copy that belongs to no message and can always change. */
  abstract clone(): Uri;

  /** Equality by the rules of the scheme, RFC 3261 §19.1.4 for SIP. */
  abstract equals(other: unknown): boolean;

  abstract toString(): string;
}
