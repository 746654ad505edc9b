import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The documents below the root that people write, in a fixed order; `docs/api` is generated. */
export function findDocuments(root: string): string[] {
  const readmes = ["packages", "examples"].flatMap((top) =>
    entries(root, top).map((name) => `${top}/${name}/README.md`),
  );
  const texts = [...entries(root, "."), ...readmes, ...textsBelow(root, "docs")];
  return texts.filter((path) => path.endsWith(".md") && existsSync(join(root, path))).toSorted();
}

function entries(root: string, folder: string): string[] {
  return existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [];
}

function textsBelow(root: string, folder: string): string[] {
  return entries(root, folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (name === "node_modules" || name === ".vitepress" || path === "docs/api") return [];
    return name.endsWith(".md") ? [path] : name.includes(".") ? [] : textsBelow(root, path);
  });
}
