import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SnippetModule } from "./snippet-module.js";

/** What a reader of our documentation is told to put into tsconfig.json. */
const readerOptions = {
  target: "ES2022",
  lib: ["ES2023"],
  module: "NodeNext",
  strict: true,
  experimentalDecorators: true,
  types: ["node"],
  skipLibCheck: true,
};

/**
 * Compiles the modules in the folder against the built packages, as a user's compiler does, into `<folder>/out`.
 * Gives back the complaints about each module, placed in its document.
 */
export async function compileSnippets(
  root: string,
  folder: string,
  modules: readonly SnippetModule[],
): Promise<ReadonlyMap<SnippetModule, string[]>> {
  const complaints = new Map<SnippetModule, string[]>(modules.map((module) => [module, []]));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  for (const module of modules) writeFileSync(join(folder, module.file), module.source);
  const typed = modules.filter(({ snippet }) => snippet.language === "ts");
  const untyped = modules.filter(({ snippet }) => snippet.language !== "ts");
  const output = [
    await compile(root, folder, typed, readerOptions),
    await compile(root, folder, untyped, { ...readerOptions, strict: false, allowJs: true, checkJs: true }),
  ].join("\n");
  for (const text of output.split("\n")) {
    const [, file, line, what] = /^(?:.*\/)?([^/(]+)\((\d+),\d+\): (.*)$/.exec(text) ?? [];
    const module = modules.find((candidate) => candidate.file === file);
    if (module === undefined || what === undefined) continue;
    complaints.get(module)?.push(`${module.snippet.document}:${module.documentLine(Number(line))}: ${what}`);
  }
  return complaints;
}

async function compile(
  root: string,
  folder: string,
  modules: readonly SnippetModule[],
  options: object,
): Promise<string> {
  if (modules.length === 0) return "";
  const compilerOptions = { ...options, rootDir: ".", outDir: "out" };
  const config = join(folder, "tsconfig.json");
  writeFileSync(config, JSON.stringify({ compilerOptions, files: modules.map((module) => module.file) }));
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, "-p", config, "--pretty", "false"], { cwd: folder }, (_, stdout) => {
      resolve(stdout);
    });
  });
}
