import { parseArgs } from "node:util";

/** How the soak runs. */
export interface SoakOptions {
  readonly calls: number;
  /** `memory`: a network and a clock of our own, so that hours take minutes. `udp`: sockets of this machine, real time. */
  readonly network: "memory" | "udp";
  /** How many calls are under way at a time. */
  readonly wave: number;
}

const usage = "npm run soak [-- --calls 100000] [--network memory|udp] [--wave 200]";

/** Reads the command line. @throws RangeError for what it does not know */
export function readSoakOptions(args: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      calls: { type: "string", default: "100000" },
      network: { type: "string", default: "memory" },
      wave: { type: "string", default: "200" },
    },
  });
  const { network } = values;
  if (network !== "memory" && network !== "udp") throw new RangeError(`--network ${network}? ${usage}`);
  return { calls: countOf("calls", values.calls), network, wave: countOf("wave", values.wave) };
}

function countOf(name: string, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new RangeError(`--${name} ${text} is no whole number above 0; ${usage}`);
}
