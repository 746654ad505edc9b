import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isInstalled } from "./install.mjs";

describe("whether node_modules is what the lock file asks for", () => {
  let root = "";

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "siplet-install-"));
    mkdirSync(join(root, "node_modules"));
  });

  afterEach(() => rmSync(root, { recursive: true }));

  /** @param {string} path @param {object} packages */
  const write = (path, packages) => writeFileSync(join(root, path), JSON.stringify({ packages }));
  const lock = {
    "": { version: "1.0.0" },
    "packages/core": { version: "1.0.0" },
    "node_modules/@siplet/core": { resolved: "packages/core", link: true },
    "node_modules/ws": { version: "8.0.0" },
    "node_modules/only-on-windows": { version: "1.0.0", optional: true },
  };

  it("is not, when npm noted nothing", () => {
    write("package-lock.json", lock);
    expect(isInstalled(root)).toBe(false);
  });

  it("is, when only optional packages are missing", () => {
    write("package-lock.json", lock);
    write("node_modules/.package-lock.json", { ...lock, "node_modules/only-on-windows": undefined });
    expect(isInstalled(root)).toBe(true);
  });

  it.each([
    ["a package is new", { "node_modules/ws": undefined }],
    ["a version differs", { "node_modules/ws": { version: "7.0.0" } }],
    ["a workspace is new", { "node_modules/@siplet/core": undefined }],
  ])("is not, when %s", (_, difference) => {
    write("package-lock.json", lock);
    write("node_modules/.package-lock.json", { ...lock, ...difference });
    expect(isInstalled(root)).toBe(false);
  });
});
