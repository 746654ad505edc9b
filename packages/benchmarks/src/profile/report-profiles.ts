import { readdirSync, readFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { formatTable } from "../report/table.js";
import { costliest, type CpuProfile } from "./cpu-profile.js";

const folder = ".run/profiles";

/** Makes room for profiles; gives the options that make Node write them. */
export function profileOptions(): readonly string[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return ["--cpu-prof", `--cpu-prof-dir=${folder}`];
}

/** The costliest functions of each profile that was written. */
export function describeProfiles(): string {
  return readdirSync(folder).map(describe).join("\n");
}

function describe(file: string): string {
  const path = join(folder, file);
  const profile = JSON.parse(readFileSync(path, "utf8")) as CpuProfile;
  const rows = costliest(profile, 25).map(({ name, milliseconds, share }) => [
    name,
    milliseconds.toFixed(0),
    `${(share * 100).toFixed(1)} %`,
  ]);
  return `${path} (open it in a browser's developer tools, "Performance")\n\n${formatTable({ header: ["function", "ms", "share"], rows })}\n`;
}
