import type { Snippet } from "./snippet.js";

/** A snippet as the compiler gets it: a file of its own, with the blocks it continues in front. */
export interface SnippetModule {
  readonly snippet: Snippet;
  /** Name of the file, unique among all. */
  readonly file: string;
  readonly source: string;
  /** The line of the document a line of the source comes from; both from 1. */
  readonly documentLine: (line: number) => number;
}

const extensions = { ts: "ts", js: "js", cjs: "cjs" } as const;

/** Makes modules of the snippets of one document, given in its order. */
export function snippetModules(snippets: readonly Snippet[]): SnippetModule[] {
  let chain: Snippet[] = [];
  return snippets
    .filter((snippet) => snippet.use !== "skip")
    .map((snippet) => {
      chain = snippet.continues ? [...chain, snippet] : [snippet];
      return moduleOf(snippet, chain);
    });
}

function moduleOf(snippet: Snippet, chain: readonly Snippet[]): SnippetModule {
  const lines = chain.flatMap((part) => part.code.split("\n").map((text, at) => ({ text, line: part.line + at })));
  const slug = snippet.document.replaceAll(/[^A-Za-z0-9]+/g, "-");
  const isScript = snippet.language === "cjs";
  return {
    snippet,
    file: `${slug}-${snippet.line}.${extensions[snippet.language]}`,
    // Without an import or export the names of all blocks would meet in the global scope.
    source: `${lines.map(({ text }) => text).join("\n")}${isScript ? "" : "\nexport {};\n"}`,
    documentLine: (line) => lines[line - 1]?.line ?? lines.at(-1)?.line ?? snippet.line,
  };
}
