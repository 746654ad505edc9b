import type { Snippet, SnippetProblem, SnippetUse } from "./snippet.js";

/** What one document holds. */
export interface Extracted {
  readonly snippets: readonly Snippet[];
  readonly problems: readonly SnippetProblem[];
}

interface Fence {
  readonly indent: string;
  readonly closing: RegExp;
  readonly language: string;
  readonly words: string;
  readonly line: number;
}

const languages: Readonly<Record<string, Snippet["language"]>> = {
  ts: "ts",
  typescript: "ts",
  js: "js",
  mjs: "js",
  javascript: "js",
  cjs: "cjs",
};

/**
 * The blocks of a Markdown document that are ours to check. An HTML comment that begins with `<!-- ts` is a block nobody
 * sees: it holds what a reader need not read, for a block that `continues` it.
 */
export function extractSnippets(document: string, markdown: string): Extracted {
  const snippets: Snippet[] = [];
  const problems: SnippetProblem[] = [];
  const lines = markdown.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const fence = openingFence(lines[at] ?? "", at + 1);
    if (fence === undefined) continue;
    const from = at + 1;
    for (at = from; at < lines.length && !fence.closing.test(lines[at] ?? "");) at++;
    const code = lines
      .slice(from, at)
      .map((line) => (line.startsWith(fence.indent) ? line.slice(fence.indent.length) : line));
    const read = readFence(document, fence, code.join("\n"));
    if (typeof read === "string") problems.push({ document, line: fence.line, what: read });
    else if (read !== undefined) snippets.push(read);
  }
  return { snippets, problems };
}

function openingFence(text: string, line: number): Fence | undefined {
  const hidden = /^(\s*)<!--\s*(\w+)\b(.*)$/.exec(text);
  if (hidden !== null && !text.includes("-->") && languages[hidden[2] ?? ""] !== undefined) {
    return { indent: hidden[1] ?? "", closing: /-->/, language: hidden[2] ?? "", words: hidden[3] ?? "", line };
  }
  const fenced = /^(\s*)(`{3,}|~{3,})\s*(\w*)(.*)$/.exec(text);
  if (fenced === null) return undefined;
  const [, indent = "", mark = "", language = "", words = ""] = fenced;
  return { indent, closing: new RegExp(`^\\s*${mark}${mark[0]}*\\s*$`), language, words, line };
}

/** A snippet, nothing (another language), or what is wrong. */
function readFence(document: string, fence: Fence, code: string): Snippet | string | undefined {
  const language = languages[fence.language.toLowerCase()];
  if (language === undefined) return undefined;
  const place = { document, line: fence.line + 1, language, code };
  // VitePress marks lines with {1,3}, titles with [name.ts] and switches with a colon.
  const words = fence.words.replaceAll(/\{[^}]*\}|\[[^\]]*\]|:[a-z-]+(=\d+)?/g, " ").trim();
  const exempt = /^no-check(?<reason>: \S.*)?$/.exec(fence.words.trim());
  if (exempt !== null) {
    if (exempt.groups?.["reason"] === undefined) return "`no-check` needs its reason: `no-check: why`";
    return { ...place, use: "skip", continues: false };
  }
  const known = words.split(/\s+/).filter((word) => word !== "");
  const unknown = known.find((word) => word !== "program" && word !== "continues");
  if (unknown !== undefined) return `\`${unknown}\` says nothing; there are program, continues and no-check: why`;
  const use: SnippetUse = known.includes("program") ? "run" : "check";
  return { ...place, use, continues: known.includes("continues") };
}
