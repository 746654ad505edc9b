import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { RouterConfigurationError } from "../../errors/router-configuration-error.js";
import { readRouterTable } from "./read-router-table.js";
import type { RouterTable } from "./router-entry.js";

/** Where the configuration of the default application router stands. */
export type RouterSource = { readonly text: string } | { readonly file: string | URL };

/** Reads a configuration. @throws RouterConfigurationError */
export function readRouterSource(source: RouterSource): RouterTable {
  if ("text" in source) return readRouterTable(source.text, "router configuration");
  const path = pathOf(source.file);
  return readRouterTable(readText(path), path);
}

function pathOf(file: string | URL): string {
  if (typeof file === "string" && !/^[a-z][a-z\d+.-]+:/i.test(file)) return file;
  try {
    return fileURLToPath(file);
  } catch (cause) {
    const fault = { reason: "this is no file", mend: "Give a path or a file: URI" };
    throw new RouterConfigurationError(String(file), [fault], cause);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const reason = `the file cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new RouterConfigurationError(path, [{ reason, mend: "Give the path of a readable file" }], cause);
  }
}
