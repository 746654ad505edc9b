import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { exportedNames } from "./jsr-359/source-model.js";

const here = fileURLToPath(new URL(".", import.meta.url));

it("the type tests speak of everything the package exports", () => {
  const texts = readdirSync(here)
    .filter((file) => file.endsWith(".test-d.ts"))
    .map((file) => readFileSync(join(here, file), "utf8"));
  const words = new Set(texts.join("\n").match(/\w+/g));
  const names = ["index.ts", "registrar/index.ts", "spi/index.ts"].flatMap((file) => [
    ...exportedNames(join(here, "../src", file)),
  ]);
  expect(names.filter((name) => !words.has(name))).toEqual([]);
});
