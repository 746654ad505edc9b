import type { LoadKind } from "../scenario.js";
import type { LoadResult } from "./load-result.js";
import { runSipp } from "./sipp-load.js";
import { runStreams } from "./stream-load.js";

/** How many calls, and how fast. */
export interface LoadAmount {
  readonly calls: number;
  readonly rate: number;
  readonly processes?: number;
  readonly traceLatency?: boolean;
}

/** Calls a server as its scenario asks. */
export function runLoad(kind: LoadKind, port: number, amount: LoadAmount): Promise<LoadResult> {
  if (kind.kind === "stream") return runStreams({ port, protocol: kind.protocol, ...amount });
  const transport = kind.kind === "sipp" ? kind.transport : "u1";
  return runSipp({ port, script: kind.script, transport, ...amount });
}
