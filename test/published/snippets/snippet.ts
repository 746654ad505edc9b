/** What to do with a block of code in a document. */
export type SnippetUse = "check" | "run" | "skip";

/** A fenced block of TypeScript or JavaScript in a document. */
export interface Snippet {
  /** The document, relative to the root. */
  readonly document: string;
  /** Line of the first line of code, from 1. */
  readonly line: number;
  readonly language: "ts" | "js" | "cjs";
  readonly use: SnippetUse;
  /** Whether the blocks before it in the same document belong to the same module. */
  readonly continues: boolean;
  readonly code: string;
}

/** A block whose info string breaks the convention of CONTRIBUTING.md. */
export interface SnippetProblem {
  readonly document: string;
  readonly line: number;
  readonly what: string;
}
