/** Something wrong with a text, at an offset of it. */
export interface TextFault {
  readonly offset: number;
  /** What is wrong, as a sentence without the full stop. */
  readonly reason: string;
  /** What to write instead. */
  readonly mend: string;
}

/** Takes what is wrong, so that all faults of a text are told at once. */
export type OnFault = (fault: TextFault) => void;

/** Line and column of an offset, both counted from 1. */
export function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
