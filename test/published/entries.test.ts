import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports: Readonly<Record<string, string | object>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

interface Packed {
  readonly name: string;
  readonly files: readonly { readonly path: string }[];
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

const published = readdirSync(join(root, "packages"))
  .map((folder) => ({ folder, manifest: readManifest(folder) }))
  .filter(({ manifest }) => manifest.private !== true);

const entries = published.flatMap(({ manifest }) =>
  Object.entries(manifest.exports)
    .filter(([, target]) => typeof target === "object")
    .map(([path]) => manifest.name + path.slice(1)),
);

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8")) as Manifest;
}

async function namesOf(entry: string, load: string): Promise<string[]> {
  const code = `${load.replace("ENTRY", JSON.stringify(entry))}.then((module) => console.log(JSON.stringify(Object.keys(module))))`;
  const { stdout } = await run(process.execPath, ["--no-warnings", "--eval", code], { cwd: root });
  return (JSON.parse(stdout) as string[])
    .filter((name) => name !== "__esModule" && name !== "module.exports")
    .toSorted();
}

describe.each(entries)("%s", (entry) => {
  it("offers the same names to import and to require", async () => {
    const imported = await namesOf(entry, "import(ENTRY)");
    expect(await namesOf(entry, "Promise.resolve(require(ENTRY))")).toEqual(imported);
  });
});

/** Names of the packages that the declarations of a built package refer to. */
function packagesInDeclarations(folder: string): string[] {
  const dist = join(root, "packages", folder, "dist");
  const files = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".d.ts"));
  const specifiers = files.flatMap((path) =>
    [...readFileSync(join(dist, path), "utf8").matchAll(/\b(?:from |import\()"(@?\w[\w@/.-]*)"/g)].map(
      (match) => match[1] ?? "",
    ),
  );
  const names = specifiers.map((specifier) => specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/"));
  return [...new Set(names)].filter((name) => !isBuiltin(name));
}

/** The package whose declarations a name stands for: one of `@types` where that is installed, else its own. */
function typesPackage(name: string): string {
  const other = `@types/${name.replace(/^@/, "").replace("/", "__")}`;
  return existsSync(join(root, "node_modules", other)) ? other : name;
}

describe("declarations", () => {
  let folder = "";

  beforeAll(() => {
    mkdirSync(join(root, ".run"), { recursive: true });
    folder = mkdtempSync(join(root, ".run/entries-"));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(published)("of $manifest.name refer to declarations that come along", ({ folder: name, manifest }) => {
    // the programs in doc comments import the package itself
    const others = packagesInDeclarations(name).filter((each) => each !== manifest.name);
    const needed = others.map(typesPackage);
    expect(Object.keys(manifest.dependencies ?? {})).toEqual(expect.arrayContaining(needed));
  });

  it("stand for themselves: a strict project of either module kind takes them, its libraries checked", async () => {
    const lines = entries.map((entry, at) => ({
      esm: `import * as e${at} from "${entry}";`,
      cjs: `import e${at} = require("${entry}");`,
    }));
    const names = `export const all: readonly object[] = [${entries.map((_, at) => `e${at}`).join(", ")}];`;
    writeFileSync(join(folder, "module.mts"), [...lines.map(({ esm }) => esm), names].join("\n"));
    writeFileSync(join(folder, "script.cts"), [...lines.map(({ cjs }) => cjs), names].join("\n"));
    const compilerOptions = {
      target: "ES2022",
      lib: ["ES2023"],
      module: "NodeNext",
      strict: true,
      types: ["node"],
      noEmit: true,
    };
    const files = ["module.mts", "script.cts"];
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    const output = await run(process.execPath, [compiler, "-p", folder, "--pretty", "false"], { cwd: root }).then(
      ({ stdout }) => stdout,
      (error: unknown) => (error as { stdout: string }).stdout,
    );
    expect(output).toBe("");
  });
});

describe("tarballs", () => {
  let packed: readonly Packed[] = [];

  beforeAll(async () => {
    const workspaces = published.flatMap(({ folder }) => ["--workspace", `packages/${folder}`]);
    const { stdout } = await run("npm", ["pack", "--dry-run", "--json", "--loglevel=error", ...workspaces], {
      cwd: root,
    });
    packed = Object.values(JSON.parse(stdout) as Record<string, Packed>);
  });

  it.each(published.map(({ manifest }) => manifest.name))("of %s hold the licence, the build, and no tests", (name) => {
    const paths = packed.find((tarball) => tarball.name === name)?.files.map(({ path }) => path) ?? [];
    expect(paths).toEqual(expect.arrayContaining(["LICENSE", "package.json", "dist/index.js", "dist/index.d.ts"]));
    expect(paths.filter((path) => /\.test(-d)?\.|tsbuildinfo|^src\//.test(path))).toEqual([]);
  });
});
