/**
 * Named values kept with a message, a session or a context. JSR 359 adds the concept; the name of the type is a
 * proposal. Names that begin with `javax.servlet.sip.` are reserved.
 */
export abstract class AttributeStore {
  /** The value, or undefined. */
  abstract getAttribute(name: string): unknown;

  /** Names of all attributes. JSR: `getAttributeNames`, `getAttributeNameSet`. */
  abstract getAttributeNames(): readonly string[];

  /**
   * Stores or replaces a value.
   *
   * @throws IllegalArgumentError `argument.missing` when name or value is null or undefined; `argument.content` when
   * the application is distributable and the value cannot be written to a snapshot.
   */
  abstract setAttribute(name: string, value: unknown): void;

  /** Removes a value; does nothing when there is none. */
  abstract removeAttribute(name: string): void;

  /** Removes all values. JSR 359. */
  abstract clearAttributes(): void;
}
