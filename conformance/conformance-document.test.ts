/** docs/conformance.md names what there is: every suite, every departure from a standard, and no file that is gone. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../", import.meta.url);
const text = readFileSync(new URL("docs/conformance.md", root), "utf8");
const linked = Array.from(text.matchAll(/\]\(\.\.\/([^)#]+)\)/g), ([, path = ""]) => path);

function filesUnder(folder: string): string[] {
  return readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" }).map(
    (file) => `${folder}${file.replaceAll("\\", "/")}`,
  );
}

describe("docs/conformance.md", () => {
  it("links only to files that exist", () => {
    expect(linked.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
  });

  it("links into every folder of conformance/; those missing here want a row there", () => {
    const suites = filesUnder("conformance/").filter((file) => file.endsWith(".test.ts") && file.split("/").length > 2);
    const folders = new Set(suites.map((file) => file.slice(0, file.lastIndexOf("/") + 1)));
    expect([...folders].filter((folder) => !linked.some((path) => path.startsWith(folder)))).toEqual([]);
  });

  it("tells every departure from a standard; sources missing here want a row under Deviations", () => {
    const sources = readdirSync(new URL("packages/", root))
      .filter((name) => existsSync(new URL(`packages/${name}/src`, root)))
      .flatMap((name) => filesUnder(`packages/${name}/src/`))
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
    const departing = sources.filter((file) => readFileSync(new URL(file, root), "utf8").includes("Deviates:"));
    expect(departing.filter((file) => !linked.includes(file))).toEqual([]);
  });
});
