import { existsSync, readFileSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runCommand } from "./run-command.mjs";

/** @typedef {{ package: string, purpose: string, program?: string, library?: string }} Counterpart */

/** @type {readonly Counterpart[]} */
const counterparts = JSON.parse(readFileSync(new URL("../counterparts.json", import.meta.url), "utf8"));

/**
 * Sees to it that the programs the end-to-end tests run against are there. Root installs what is missing; anybody else
 * is told how, and the tests that need them skip themselves.
 * @param {(line: string) => void} tell
 */
export async function installCounterparts(tell) {
  if (missing().length > 0 && canInstall()) await aptInstall(missing(), tell);
  const absent = missing();
  if (absent.length === 0) return tell(`all ${counterparts.length} counterparts are installed`);
  tell("Not installed:");
  for (const { package: name, purpose } of absent) tell(`  ${name}: ${purpose}`);
  tell("The tests that need them are skipped. They are packages of Debian:");
  tell(`  sudo apt-get update && sudo apt-get install --no-install-recommends ${names(absent).join(" ")}`);
}

const canInstall = () => process.getuid?.() === 0 && isOnPath("apt-get");

/**
 * @param {readonly Counterpart[]} wanted
 * @param {(line: string) => void} tell
 */
async function aptInstall(wanted, tell) {
  tell(`installing ${names(wanted).join(" ")}`);
  const update = await apt("update");
  const all = update.ok && (await apt("install", ...names(wanted)));
  if (all && all.ok) return;
  if (!update.ok) return tell(`apt-get update failed:\n${update.output.trim()}`);
  for (const name of names(wanted)) {
    const one = await apt("install", name);
    if (!one.ok) tell(`apt-get install ${name} failed: ${one.output.trim().split("\n").at(-1)}`);
  }
}

/**
 * @param {string} verb
 * @param {string[]} packages
 */
function apt(verb, ...packages) {
  const args = ["-qq", "-y", "-o", "DPkg::Lock::Timeout=120", verb, "--no-install-recommends", ...packages];
  return runCommand("apt-get", args, { env: { DEBIAN_FRONTEND: "noninteractive" }, capture: true, timeout: 600_000 });
}

const names = (/** @type {readonly Counterpart[]} */ list) => list.map((counterpart) => counterpart.package);

function missing() {
  return counterparts.filter(({ program, library }) => {
    if (program !== undefined) return !isOnPath(program);
    return library !== undefined && !isInLibraries(library);
  });
}

/** @param {string} program */
function isOnPath(program) {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/bin"];
  return folders.some((folder) => existsSync(join(folder, program)));
}

/** Libraries stand below the name of the architecture on Debian. @param {string} library */
function isInLibraries(library) {
  const roots = ["/usr/lib", "/usr/local/lib"].filter((root) => existsSync(root));
  const architectures = roots.flatMap((root) =>
    readdirSync(root)
      .filter((name) => name.includes("-linux-"))
      .map((name) => join(root, name)),
  );
  return [...roots, ...architectures].some((root) => existsSync(join(root, library)));
}
