import { megabytes, type MemorySample, type SoakResult } from "./soak.js";

/** What a soak comes to. */
export interface Verdict {
  /** What is wrong; nothing: it has passed. */
  readonly faults: readonly string[];
  readonly report: string;
}

/** Growth between the first look at memory and the last that no leak explains. */
const heapSlack = { factor: 1.05, octets: 2_097_152 };
const rssSlack = { factor: 1.1, octets: 16_777_216 };

/** Judges a soak: all calls ended as they should, all tables are empty, memory is flat. */
export function judge(result: SoakResult): Verdict {
  const faults = [...callFaults(result), ...tableFaults(result), ...memoryFaults(result.samples)];
  const lines = Object.entries(result.calls).map(
    ([outcome, { begun, ended }]) =>
      `  ${outcome.padEnd(12)} ${String(begun).padStart(8)} begun ${String(ended).padStart(8)} ended`,
  );
  const memory = result.samples.map(
    ({ calls, heap, rss }) =>
      `  after ${String(calls).padStart(8)} calls: heap ${megabytes(heap)}, RSS ${megabytes(rss)}`,
  );
  const end =
    faults.length === 0 ? ["passed: every table is empty, memory is flat"] : faults.map((fault) => `FAILED: ${fault}`);
  return { faults, report: [...lines, ...memory, `  ${result.seconds.toFixed(0)} s`, ...end].join("\n") };
}

function callFaults({ calls, surprises }: SoakResult): string[] {
  const open = Object.entries(calls).filter(([, { begun, ended }]) => begun !== ended);
  return [
    ...open.map(([outcome, { begun, ended }]) => `${begun - ended} of ${begun} calls did not end as "${outcome}"`),
    ...surprises.map((text) => `a call took another way: ${text}`),
  ];
}

function tableFaults({ leftovers }: SoakResult): string[] {
  return Object.entries(leftovers).map(([table, count]) => `${table} still holds ${count}`);
}

function memoryFaults(samples: readonly MemorySample[]): string[] {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const isGrown = (before: number, after: number, slack: typeof heapSlack): boolean =>
    after > before * slack.factor + slack.octets;
  return [
    ...(isGrown(first.heap, last.heap, heapSlack)
      ? [`the heap grew from ${megabytes(first.heap)} to ${megabytes(last.heap)}`]
      : []),
    ...(isGrown(first.rss, last.rss, rssSlack)
      ? [`RSS grew from ${megabytes(first.rss)} to ${megabytes(last.rss)}`]
      : []),
  ];
}
