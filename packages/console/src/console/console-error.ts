/** What can go wrong, with its text. */
const texts = {
  "console.path": "the path of a console begins with a slash, such as /console",
  "console.attached": "the console shows a container already: end that first, or make another console",
} as const;

/** Names of what can go wrong. */
export type ConsoleErrorCode = keyof typeof texts;

/** A console was used in a way that cannot work. */
export class ConsoleError extends Error {
  override readonly name = "ConsoleError";
  readonly code: ConsoleErrorCode;

  constructor(code: ConsoleErrorCode, { detail }: { readonly detail?: string } = {}) {
    super(detail === undefined ? texts[code] : `${texts[code]}: ${detail}`);
    this.code = code;
  }
}
