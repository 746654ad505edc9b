import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./run-command.mjs";

/** @typedef {{ version?: string, link?: boolean, optional?: boolean, peer?: boolean }} LockedPackage */

/**
 * Installs npm packages where `node_modules` is missing or is not what the lock file asks for.
 * @param {string} folder The one with the package.json.
 * @param {() => void} [onStart] Called before an installation that takes its time.
 * @returns {Promise<string | undefined>} What went wrong.
 */
export async function install(folder, onStart = () => {}) {
  if (isInstalled(folder)) return undefined;
  onStart();
  const quiet = ["--include=dev", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"];
  const clean = await npm(["ci", ...quiet], folder);
  if (clean.ok) return undefined;
  // A package.json ahead of its lock file is the everyday case while one adds a dependency.
  const plain = await npm(["install", "--no-save", ...quiet], folder);
  return plain.ok ? undefined : `npm could not install (${plain.reason}):\n${plain.output || clean.output}`;
}

/**
 * @param {readonly string[]} args
 * @param {string} cwd
 */
export function npm(args, cwd) {
  const script = process.env["npm_execpath"];
  const env = { NODE_ENV: "development", npm_config_update_notifier: "false" };
  if (script?.endsWith("npm-cli.js")) {
    return runCommand(process.execPath, [script, ...args], { cwd, env, capture: true });
  }
  return runCommand(process.platform === "win32" ? "npm.cmd" : "npm", args, { cwd, env, capture: true });
}

/**
 * Compares what npm noted about `node_modules` with the lock file; times of files tell nothing after a checkout.
 * @param {string} folder
 * @returns {boolean}
 */
export function isInstalled(folder) {
  const installed = packagesOf(join(folder, "node_modules/.package-lock.json"));
  const wanted = packagesOf(join(folder, "package-lock.json"));
  return Object.entries(wanted).every(([path, { version, link, optional, peer }]) => {
    if (!path.includes("node_modules/")) return true;
    const found = installed[path];
    if (found === undefined) return optional === true || peer === true;
    return found.version === version && found.link === link;
  });
}

/**
 * @param {string} lockFile
 * @returns {Record<string, LockedPackage>}
 */
function packagesOf(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, "utf8")).packages : {};
}
