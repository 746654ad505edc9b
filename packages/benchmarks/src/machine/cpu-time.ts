import { readdirSync, readFileSync } from "node:fs";

const ticksPerSecond = 100;

/** The fields of `/proc/<pid>/stat` behind the name; undefined once the process is gone. */
function statFields(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

/** A process and all that it started. */
export function processTree(pid: number): number[] {
  const tree = [pid];
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    const parent = /^\d+$/.test(name) ? statFields(Number(name))?.[1] : undefined;
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  for (const each of tree) {
    for (const [child, parent] of parents) if (parent === each) tree.push(child);
  }
  return tree;
}

/** User and system time of a process and all that it started so far, in microseconds, from the kernel's books. */
export function cpuMicroseconds(pid: number): number {
  let ticks = 0;
  for (const each of processTree(pid)) {
    const fields = statFields(each);
    if (fields !== undefined) ticks += Number(fields[11]) + Number(fields[12]);
  }
  return (ticks / ticksPerSecond) * 1_000_000;
}

/** Memory of a process and all that it started that is in RAM, in bytes; shared pages count for each. */
export function residentBytes(pid: number): number {
  let total = 0;
  for (const each of processTree(pid)) {
    try {
      const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${each}/status`, "utf8"));
      total += Number(match?.[1] ?? 0) * 1024;
    } catch {
      // it ended meanwhile
    }
  }
  return total;
}
