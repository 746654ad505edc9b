/**
 * A header field value with parameters, `value *( ";" name ["=" value] )`. JSR 289 §4, §5.4.1.
 *
 * Mutable, unlike the values of `@siplet/core`: what a message gives out writes back to that message. On a value of a
 * system header field or of a committed message every change throws IllegalStateError `state.immutable`.
 */
export abstract class Parameterable {
  /** The field value without its parameters. */
  abstract value: string;

  /** A parameter's value; `""` for a parameter without value, undefined when absent. Names ignore case. */
  abstract getParameter(name: string): string | undefined;

  /** Sets a parameter; `""` makes a parameter without value, undefined removes it. */
  abstract setParameter(name: string, value: string | undefined): void;

  abstract removeParameter(name: string): void;

  /** Names in the order of the text. JSR: `getParameterNames`, `getParameterNameSet`. */
  abstract getParameterNames(): readonly string[];

  /** Name and value pairs in the order of the text. */
  abstract getParameters(): readonly (readonly [name: string, value: string])[];

  /** A copy that belongs to no message and can always change. */
  abstract clone(): Parameterable;

  /** Equal values and equal parameters, in any order. */
  abstract equals(other: unknown): boolean;

  /** The field value as it is sent. */
  abstract toString(): string;
}
