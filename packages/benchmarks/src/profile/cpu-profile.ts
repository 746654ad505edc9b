/** What V8 writes with `--cpu-prof`; the part that is read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** A function and the time spent in it alone, callees left out. */
export interface CostlyFunction {
  readonly name: string;
  readonly milliseconds: number;
  readonly share: number;
}

const notWork = new Set(["(idle)", "(root)"]);

/** The functions that took most of the working time, the costliest first. */
export function costliest({ nodes, samples, timeDeltas }: CpuProfile, count: number): CostlyFunction[] {
  const names = new Map(
    nodes.map(({ id, callFrame }) => [id, notWork.has(callFrame.functionName) ? undefined : nameOf(callFrame)]),
  );
  const times = new Map<string, number>();
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const name = names.get(id);
    const time = timeDeltas[index] ?? 0;
    if (name === undefined) continue;
    total += time;
    times.set(name, (times.get(name) ?? 0) + time);
  }
  return [...times]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, count)
    .map(([name, time]) => ({ name, milliseconds: time / 1000, share: time / total }));
}

function nameOf({ functionName, url, lineNumber }: CpuProfile["nodes"][number]["callFrame"]): string {
  const file = url.replace(/^.*\/(packages|node_modules)\//, "");
  return `${functionName === "" ? "(anonymous)" : functionName}${file === "" ? "" : ` ${file}:${lineNumber + 1}`}`;
}
