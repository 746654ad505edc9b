import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** Whether server and load can have a core each. */
export const canPin = availableParallelism() > 1 && spawnSync("taskset", ["--version"]).status === 0;

/** The command that runs a program on one core: the server's on 0, the load on 1. As it is where there is but one core. */
export function pinned(core: 0 | 1, program: string): readonly [string, ...string[]] {
  return canPin ? ["taskset", "-c", String(core), program] : [program];
}
