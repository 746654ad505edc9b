import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { checkArchitecture, printFinding } from "./check-architecture.mjs";

/** @type {import("./types.js").FloorPlan} */
const plan = JSON.parse(readFileSync(new URL("../floors.json", import.meta.url), "utf8"));
/** @type {string[]} */
const scratch = [];

afterEach(() => {
  for (const folder of scratch.splice(0)) rmSync(folder, { recursive: true });
});

/**
 * Writes the files into a folder of their own and gives back what the check prints, a finding per text.
 * @param {Record<string, string>} files
 */
function check(files) {
  const root = mkdtempSync(join(tmpdir(), "siplet-architecture-"));
  scratch.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return checkArchitecture(root, plan).findings.map(printFinding);
}

const uri = "/** A URI. */\nexport type Uri = string;\n";
const core = (/** @type {Record<string, string>} */ files) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`packages/core/src/${path}`, text]));

describe("floors", () => {
  it("lets a folder import a lower floor, and files of its own", () => {
    const files = {
      "uri/uri.ts": uri,
      "uri/parse-uri.ts": 'import "./uri.js";',
      "headers/via.ts": 'import "../uri/uri.js";',
    };
    expect(check(core(files))).toEqual([]);
  });

  it("names both floors when an import goes up, type imports too", () => {
    const found = check(core({ "uri/uri.ts": uri, "grammar/token.ts": '\nimport type { Uri } from "../uri/uri.js";' }));
    expect(found).toEqual([
      "packages/core/src/grammar/token.ts:2  grammar (floor 2) imports uri (floor 3): ../uri/uri.js  [floor]\n" +
        "    mend: let grammar declare a port that uri implements, or move what is needed below floor 2",
    ]);
  });

  it("keeps neighbours of one floor apart", () => {
    const [found, ...others] = check(
      core({ "ua/call.ts": 'export * from "../proxy/branch.js";', "proxy/branch.ts": uri }),
    );
    expect(found).toContain("packages/core/src/ua/call.ts:1  ua (floor 8) imports proxy (floor 8)");
    expect(found).toContain("neighbours do not know each other");
    expect(others).toEqual([]);
  });

  it("counts sub-folders to their top folder", () => {
    const files = { "transport/udp/udp.ts": 'import "../../transaction/key.js";', "transaction/key.ts": uri };
    expect(check(core(files))[0]).toContain("transport (floor 6) imports transaction (floor 7)");
  });

  it("does not look at tests", () => {
    const test = 'import "../stack/sip-stack.js"; import { x } from "@siplet/testkit";';
    expect(check(core({ "uri/uri.test.ts": test, "uri/uri.test-d.ts": test, "stack/sip-stack.ts": uri }))).toEqual([]);
  });

  it("says where to add a folder or a package it does not know", () => {
    const found = check({
      ...core({ "tap/tap.ts": uri, "tap/pcap.ts": uri, "loose.ts": uri }),
      "packages/sms/src/a/a.ts": uri,
    });
    expect(found).toEqual([
      expect.stringContaining("loose.ts:1  a file directly in src of core is on no floor  [plan]"),
      expect.stringContaining('add "tap" to its floor under packages.core.floors in scripts/floors.json'),
      expect.stringContaining('add "sms" to "packages" in scripts/floors.json'),
    ]);
  });
});

describe("cycles", () => {
  it("tells the shortest way round between files, with the line of each import", () => {
    const files = {
      "uri/a.ts": 'import "./b.js";',
      "uri/b.ts": '\nimport type { A } from "./c.js";',
      "uri/c.ts": 'import "./a.js"; import "./d.js";',
      "uri/d.ts": 'import "./b.js";',
    };
    const found = check(core(files));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(
      "packages/core/src/uri/a.ts:1  the files import each other: packages/core/src/uri/a.ts → ",
    );
    expect(found[0]).toContain("→ packages/core/src/uri/c.ts (packages/core/src/uri/b.ts:2)");
    expect(found[0]).toContain("→ packages/core/src/uri/a.ts (packages/core/src/uri/c.ts:1)  [cycle]");
  });

  it("finds a file that imports itself", () => {
    expect(check(core({ "uri/a.ts": 'import "./a.js";' }))[0]).toContain("the files import each other");
  });

  it("finds one between sub-folders that no two files have", () => {
    const files = {
      "transport/udp/a.ts": 'import "../tcp/b.js";',
      "transport/tcp/b.ts": uri,
      "transport/tcp/c.ts": 'import "../udp/d.js";',
      "transport/udp/d.ts": uri,
    };
    const found = check(core(files));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(
      "the folders import each other: packages/core/src/transport/tcp → packages/core/src/transport/udp",
    );
  });

  it("finds one between packages", () => {
    const found = check({
      "packages/core/src/index.ts": 'export { a } from "@siplet/testkit";',
      "packages/testkit/src/index.ts": 'import type { b } from "@siplet/core";',
    }).filter((text) => text.includes("[cycle]"));
    expect(found.join()).toContain("the packages import each other: packages/core → packages/testkit");
  });
});

describe("packages", () => {
  const declared = (/** @type {string[]} */ ...names) =>
    JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, "1.0.0"])) });

  it("follow the plan", () => {
    const files = {
      "packages/framework/package.json": declared("@siplet/core"),
      "packages/framework/src/di/a.ts": 'import "@siplet/core";',
      "packages/communication/package.json": declared("@siplet/framework"),
      "packages/communication/src/bean/a.ts": 'import "@siplet/framework";',
      "packages/cluster/package.json": declared("@siplet/framework"),
      "packages/cluster/src/store/a.ts": 'import "@siplet/framework/spi"; import type { T } from "@siplet/framework";',
      "examples/phone/package.json": declared("@siplet/framework"),
      "examples/phone/src/main.ts": 'import "@siplet/framework"; import "./other.js";',
      "conformance/rfc3261/8.test.ts": 'import "@siplet/testkit"; import "@siplet/core";',
    };
    expect(check(files)).toEqual([]);
  });

  it.each([
    [
      "core/src/uri/a.ts",
      'import "@siplet/framework";',
      "core imports @siplet/framework",
      "core may import nothing of ours",
    ],
    [
      "communication/src/bean/a.ts",
      'import "@siplet/framework/spi";',
      "communication imports @siplet/framework/spi",
      "port",
    ],
    ["cluster/src/store/a.ts", 'import { x } from "@siplet/framework";', "cluster imports @siplet/framework", "port"],
    ["framework/src/di/a.ts", 'import "@siplet/testkit";', "imports @siplet/testkit, which is for tests", "*.test.ts"],
  ])("%s: %s is refused", (path, text, what, mend) => {
    const found = check({ [`packages/${path}`]: text }).join();
    expect(found).toContain(`packages/${path}:1  ${what}`);
    expect(found).toContain(mend);
  });

  it("reach each other by name, not by path", () => {
    const found = check({
      "packages/core/src/uri/uri.ts": uri,
      "conformance/rfc3261/19.test.ts": 'import "../../packages/core/src/uri/uri.js";',
    });
    expect(found[0]).toContain("reaches into package core by path");
    expect(found[0]).toContain("import @siplet/core by name");
  });

  it("do not import their own index, by path or by name", () => {
    const files = {
      "index.ts": "",
      "uri/a.ts": 'import "../index.js"; import "@siplet/core";',
      "uri/a.test.ts": 'import "../index.js";',
    };
    const found = check(core(files));
    expect(found.map((text) => text.replace(/\n.*/s, ""))).toEqual([
      "packages/core/src/uri/a.test.ts:1  imports an entry of its own package: ../index.js  [entry]",
      "packages/core/src/uri/a.ts:1  imports an entry of its own package: ../index.js  [entry]",
      "packages/core/src/uri/a.ts:1  imports an entry of its own package: @siplet/core  [entry]",
    ]);
  });

  it("may test their index in test/ and in index.test.ts", () => {
    const test = 'import "@siplet/core";';
    expect(check({ "packages/core/src/index.test.ts": test, "packages/core/test/surface.test.ts": test })).toEqual([]);
  });

  it("declare what they import", () => {
    const files = {
      "packages/core/package.json": declared("ws"),
      "packages/core/src/transport/a.ts": 'import "ws"; import "node:net"; import "left-pad/x.js";',
    };
    expect(check(files)).toEqual([
      "packages/core/src/transport/a.ts:1  imports left-pad, which packages/core/package.json does not declare  [dependency]\n" +
        "    mend: npm install -w packages/core left-pad",
    ]);
  });
});

describe("owners", () => {
  const manifest = JSON.stringify({
    dependencies: { inversify: "8", "@inversifyjs/core": "1", "reflect-metadata": "0" },
  });
  const framework = (/** @type {string} */ folder, /** @type {string} */ text) =>
    check({ "packages/framework/package.json": manifest, [`packages/framework/src/${folder}/a.ts`]: text });

  it.each([
    ["di", 'import { Container } from "inversify";'],
    ["bootstrap", 'import type { Container } from "inversify";'],
    ["metadata", 'import "reflect-metadata"; Reflect.getMetadata("a", class {});'],
    ["session", "Reflect.ownKeys({});"],
  ])("%s may: %s", (folder, text) => {
    expect(framework(folder, text)).toEqual([]);
  });

  it.each([
    [
      "session",
      'import type { Container } from "inversify";',
      "inversify belongs to framework/di and framework/bootstrap",
    ],
    ["dispatch", 'import "@inversifyjs/core";', "@inversifyjs/core belongs to framework/di and framework/bootstrap"],
    ["decorators", 'import "reflect-metadata";', "reflect-metadata belongs to framework/metadata"],
    ["decorators", 'Reflect.defineMetadata("a", 1, class {});', "Reflect.defineMetadata belongs to framework/metadata"],
  ])("%s may not: %s", (folder, text, what) => {
    expect(framework(folder, text)).toEqual([expect.stringContaining(what)]);
  });

  it("leave private packages alone, as those are programs", () => {
    const files = {
      "packages/benchmarks/package.json": JSON.stringify({ private: true, dependencies: { "reflect-metadata": "0" } }),
      "packages/benchmarks/src/a.ts": 'import "reflect-metadata";',
    };
    expect(check(files)).toEqual([]);
  });
});

describe("wording", () => {
  const word = ["TO", "DO"].join("");

  it.each([
    [`// ${word} later`, `${word} in the source`],
    [`// @ts-ignore`, `@ts-ignore in the source`],
    ["const a = 1 as any;", "`as any`"],
    ["const a = 1 as unknown as string;", "`as unknown as` without a reason"],
    ["enum A { B }", "an enum"],
    ['throw new Error("x");', "a bare Error"],
  ])("%s is refused", (text, what) => {
    expect(check(core({ "uri/a.ts": `\n${text}` }))).toEqual([
      expect.stringContaining(`packages/core/src/uri/a.ts:2  ${what}`),
    ]);
  });

  it.each([
    ["// the same as any other enum"],
    ['const text = "as any new Error( enum";'],
    ["// the table is built from the same rows\nconst a = 1 as unknown as string;"],
  ])("%s passes", (text) => {
    expect(check(core({ "uri/a.ts": text }))).toEqual([]);
  });
});

describe("doc comments", () => {
  it("are asked of every export", () => {
    const text =
      "/** One. */\nconst hidden = 1;\nexport const shown = 2;\n\n// not a doc comment\nexport function act() {}\n";
    const found = check(core({ "uri/a.ts": text }));
    expect(found).toEqual([
      expect.stringContaining("a.ts:3  the export shown has no doc comment  [doc]"),
      expect.stringContaining("a.ts:6  the export act has no doc comment"),
    ]);
  });

  it("serve overloads, merged declarations, decorated classes and adjoining constants", () => {
    const text = [
      "/** Codes. */\nexport const A = 1;\nexport const B = 2;\n",
      "/** Acts. */\nexport function act(a: string): void;\nexport function act(a: number): void;\nexport function act() {}\n",
      "/** A class. */\n@Decorated()\nexport class C {}\nexport interface C { a: string }\n",
    ];
    expect(check(core({ "uri/a.ts": text.join("\n") }))).toEqual([]);
  });
});
