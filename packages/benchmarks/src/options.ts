import { parseArgs } from "node:util";
import { BenchError } from "./bench-error.js";

/** What the command line asks for. */
export interface BenchOptions {
  /** Names of what is measured; empty: everything. */
  readonly names: readonly string[];
  readonly calls: number;
  readonly rate: number;
  readonly repetitions: number;
  readonly json: boolean;
  readonly profile: boolean;
  /** Whether calls a second and latencies are measured too. */
  readonly saturation: boolean;
  /** Folder that gets the report and its plots; undefined: none is written. */
  readonly report: string | undefined;
}

/** Help, and what it tells in full sentences. */
export const usage = `npm run bench [-- name… [options]]

  Names: scenarios under load (uas, engine-uas, proxy, b2bua, register, message, tcp-uas, tls-uas, ws-uas), code alone
  (parse, serialize, uri) and growth. Without a name everything is measured.

  --calls N         calls of one repetition under load (10000)
  --rate N          calls a second (2000); three quarters of them in b2bua
  --repetitions N   how often each server is measured (5)
  --quick           one repetition of 2,000 calls: whether all works, nothing to quote
  --saturation      also calls a second at saturation, and latencies at 70 % of it
  --profile         a CPU profile of each server in .run/profiles, and its costliest functions
  --report FOLDER   writes performance.json and plots into a folder
  --json            the results as JSON on standard output
`;

/** Reads the command line. @throws BenchError for what cannot be taken */
export function readOptions(args: readonly string[], known: readonly string[]): BenchOptions {
  const { values, positionals } = parse(args);
  for (const name of positionals) {
    if (!known.includes(name)) throw new BenchError(`There is no benchmark "${name}"; there are: ${known.join(", ")}`);
  }
  const isQuick = values.quick;
  return {
    names: positionals,
    calls: numberOf("calls", values.calls, isQuick ? 2000 : 10_000),
    rate: numberOf("rate", values.rate, isQuick ? 1000 : 2000),
    repetitions: numberOf("repetitions", values.repetitions, isQuick || values.profile ? 1 : 5),
    json: values.json,
    profile: values.profile,
    saturation: values.saturation,
    report: values.report,
  };
}

// The types of parseArgs follow from the options given: naming them again would say nothing.
function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        calls: { type: "string" },
        rate: { type: "string" },
        repetitions: { type: "string" },
        quick: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        profile: { type: "boolean", default: false },
        saturation: { type: "boolean", default: false },
        report: { type: "string" },
      },
    });
  } catch (error) {
    throw new BenchError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

function numberOf(name: string, text: string | undefined, usual: number): number {
  if (text === undefined) return usual;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new BenchError(`--${name} ${text}: give a whole number above 0`);
}
