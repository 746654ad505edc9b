import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { BenchError } from "../bench-error.js";
import { pinned } from "../machine/pinning.js";
import type { LoadResult } from "./load-result.js";

/** Calls over streams. */
export interface StreamLoad {
  readonly port: number;
  readonly protocol: "tls" | "ws";
  readonly calls: number;
  readonly rate: number;
}

const connections = 10;

/** Runs the generator of this package on the core of the load. */
export async function runStreams(load: StreamLoad): Promise<LoadResult> {
  const [command, ...leading] = pinned(1, process.execPath);
  const program = fileURLToPath(new URL("stream-generator.js", import.meta.url));
  const numbers = [load.port, load.calls, load.rate, connections].map(String);
  const child = spawn(command, [...leading, program, load.protocol, ...numbers], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const output = await text(child.stdout);
  if (output === "") throw new BenchError(`The generator of ${load.protocol} calls could not connect to the server`);
  return JSON.parse(output) as LoadResult;
}
