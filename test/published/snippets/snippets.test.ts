import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compileSnippets } from "./compile-snippets.js";
import { extractSnippets } from "./extract-snippets.js";
import { runProgram } from "./run-program.js";
import { snippetModules } from "./snippet-module.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const fence = "```";
const extract = (...lines: string[]) => extractSnippets("a.md", lines.join("\n"));

describe("finding blocks", () => {
  it("takes TypeScript and JavaScript, with line and code", () => {
    const { snippets } = extract(
      "# A",
      `${fence}ts`,
      "const a = 1;",
      fence,
      `${fence}sh`,
      "ls",
      fence,
      "~~~js",
      "1;",
      "~~~",
    );
    expect(snippets).toEqual([
      { document: "a.md", line: 3, language: "ts", use: "check", continues: false, code: "const a = 1;" },
      { document: "a.md", line: 9, language: "js", use: "check", continues: false, code: "1;" },
    ]);
  });

  it("reads what a block is, whatever VitePress is told besides", () => {
    const { snippets, problems } = extract(`${fence}ts{1,3} program [main.ts] continues :line-numbers`, "a", fence);
    expect(problems).toEqual([]);
    expect(snippets).toMatchObject([{ use: "run", continues: true }]);
  });

  it("takes indented blocks out of lists, and longer fences whole", () => {
    const { snippets } = extract("1. do", "   ````ts", `   const text = "${fence}";`, "     more();", "   ````");
    expect(snippets[0]?.code).toBe(`const text = "${fence}";\n  more();`);
  });

  it("takes hidden blocks from comments, and leaves other comments alone", () => {
    const { snippets } = extract("<!-- ts", "const log = 1;", "-->", "<!-- tsx one line -->", "<!-- text", "-->");
    expect(snippets).toMatchObject([{ line: 2, code: "const log = 1;" }]);
  });

  it("skips a block only with a reason, and refuses words it does not know", () => {
    expect(extract(`${fence}ts no-check: shows an error`, "a", fence).snippets).toMatchObject([{ use: "skip" }]);
    const bad = extract(`${fence}ts no-check`, fence, `${fence}ts run`, fence);
    expect(bad.problems).toMatchObject([
      { line: 1, what: "`no-check` needs its reason: `no-check: why`" },
      { line: 3, what: "`run` says nothing; there are program, continues and no-check: why" },
    ]);
  });
});

describe("checking and running them", () => {
  let folder = "";

  beforeEach(() => {
    mkdirSync(join(root, ".run"), { recursive: true });
    folder = mkdtempSync(join(root, ".run/snippets-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it("places a complaint in the document, also behind a block it continues", async () => {
    const { snippets } = extract(
      `${fence}ts`,
      "const a: number = 1;",
      fence,
      "text",
      `${fence}ts continues`,
      "",
      "a.missing();",
      fence,
      `${fence}js`,
      "Math.missing();",
      fence,
    );
    const modules = snippetModules(snippets);
    const complaints = [...(await compileSnippets(root, folder, modules)).values()];
    expect(complaints).toEqual([
      [],
      ["a.md:7: error TS2339: Property 'missing' does not exist on type 'number'."],
      ["a.md:10: error TS2339: Property 'missing' does not exist on type 'Math'."],
    ]);
  });

  it("lets a program end by itself, or run until it is asked to end, on a free port", async () => {
    const write = (name: string, source: string) => {
      writeFileSync(join(folder, name), source);
      return join(folder, name);
    };
    const short = await runProgram(write("a.mjs", 'console.log("done")'));
    const server = 'import { createServer } from "node:net"; createServer().listen(5060, () => console.log("up"));';
    const long = await runProgram(write("b.mjs", server));
    const broken = await runProgram(
      write("c.mjs", 'console.log("up"); setTimeout(() => { throw new Error("x"); }, 50)'),
    );
    expect(short).toEqual({ ok: true, output: "done\n", ending: "exit code 0" });
    expect(long).toEqual({ ok: true, output: "up\n", ending: "SIGTERM" });
    expect(broken).toMatchObject({ ok: false, ending: "exit code 1" });
  });
});
