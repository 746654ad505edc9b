/** Tells whether an expression takes a character, by its UTF-16 code. */
export type CharacterTest = (code: number) => boolean;

/** A part of a POSIX extended regular expression. */
export type EreNode =
  | { readonly kind: "character"; readonly test: CharacterTest }
  | { readonly kind: "start" | "end" }
  | { readonly kind: "group"; readonly index: number; readonly node: EreNode }
  | { readonly kind: "sequence"; readonly nodes: readonly EreNode[] }
  | { readonly kind: "choice"; readonly nodes: readonly EreNode[] }
  | { readonly kind: "repeat"; readonly node: EreNode; readonly min: number; readonly max: number };
