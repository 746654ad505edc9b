/** A header field as texts. */
export interface HeaderText {
  readonly name: string;
  readonly value: string;
}

/** What to do to the header fields of a message: first remove all fields of these names, then add these. */
export interface HeaderEdits {
  readonly remove: readonly string[];
  readonly add: readonly HeaderText[];
}

/** Nothing to do: the message goes on as it came. */
export const noEdits: HeaderEdits = { remove: [], add: [] };
