import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileSnippets } from "./snippets/compile-snippets.js";
import { findDocuments } from "./snippets/documents.js";
import { extractSnippets } from "./snippets/extract-snippets.js";
import { runProgram } from "./snippets/run-program.js";
import { snippetModules, type SnippetModule } from "./snippets/snippet-module.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const documents = findDocuments(root).map((document) =>
  extractSnippets(document, readFileSync(join(root, document), "utf8")),
);
const modules = documents.flatMap(({ snippets }) => snippetModules(snippets));

describe("code in the documentation", () => {
  let folder = "";
  let complaints: ReadonlyMap<SnippetModule, string[]> = new Map();

  beforeAll(async () => {
    mkdirSync(join(root, ".run"), { recursive: true });
    folder = mkdtempSync(join(root, ".run/snippets-"));
    complaints = await compileSnippets(root, folder, modules);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it("says what each block is", () => {
    expect(documents.flatMap(({ problems }) => problems)).toEqual([]);
  });

  for (const module of modules) {
    const { document, line, use } = module.snippet;
    it(`${document}:${line} ${use === "run" ? "compiles and runs" : "compiles"}`, async () => {
      expect(complaints.get(module)).toEqual([]);
      if (use !== "run") return;
      const run = await runProgram(join(folder, "out", module.file.replace(/ts$/, "js")));
      expect(run, run.output).toMatchObject({ ok: true });
    });
  }
});
