import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** @param {string} path */
const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** @type {import("./types.js").FloorPlan} */
const plan = JSON.parse(read("scripts/floors.json"));
const chapters = read("docs/architecture.md").split("\n### `packages/");

describe("the floor plan in docs/architecture.md", () => {
  it.each(["core", "framework"])("is the one the check holds for %s", (name) => {
    const chapter = chapters.find((text) => text.startsWith(`${name}/src\``)) ?? "";
    const rows = [...chapter.matchAll(/^\| (\d+) +\| ([^|]+)\|/gm)];
    const told = rows.map(([, , folders = ""]) => [...folders.matchAll(/`([\w-]+)`/g)].map(([, folder]) => folder));
    expect(told).toEqual(plan.packages[name]?.floors);
    expect(rows.map(([, floor]) => Number(floor))).toEqual(told.map((_, at) => at + 1));
  });
});
