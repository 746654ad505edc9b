#!/usr/bin/env node
// Holds the floor plan of docs/architecture.md: node scripts/lint-architecture.mjs [root]
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { checkArchitecture, printFinding } from "./architecture/check-architecture.mjs";

const root = resolve(process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url)));
const plan = JSON.parse(readFileSync(join(root, "scripts/floors.json"), "utf8"));
const { findings, files } = checkArchitecture(root, plan);

for (const finding of findings) console.log(printFinding(finding));
console.log(`${files} files, ${findings.length} ${findings.length === 1 ? "breach" : "breaches"} of the architecture`);
process.exitCode = findings.length === 0 ? 0 : 1;
