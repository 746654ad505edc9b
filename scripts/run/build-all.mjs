import { join } from "node:path";
import { runCommand } from "./run-command.mjs";

const quiet = { TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1", DO_NOT_TRACK: "1" };

/**
 * Builds everything, or what one workspace needs; unchanged packages come from turbo's cache.
 * @param {string} root
 * @param {string} [workspace]
 */
export function buildAll(root, workspace) {
  const turbo = join(root, "node_modules/turbo/bin/turbo");
  const filter = workspace === undefined ? [] : [`--filter=${workspace}`];
  const args = [turbo, "run", "build", "--output-logs=errors-only", ...filter];
  return runCommand(process.execPath, args, { cwd: root, env: quiet, capture: true, timeout: 600_000 });
}
