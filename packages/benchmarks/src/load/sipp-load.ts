import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BenchError } from "../bench-error.js";
import { pinned } from "../machine/pinning.js";
import type { SippScript } from "../scenario.js";
import { sumLoads, type LoadResult } from "./load-result.js";
import { scriptText } from "./scripts.js";
import { readLatencies, readStatistics } from "./sipp-statistics.js";

/** What SIPp does to a server. */
export interface SippLoad {
  readonly port: number;
  readonly script: SippScript;
  readonly transport: "u1" | "t1";
  readonly calls: number;
  /** Calls a second, of all processes together. */
  readonly rate: number;
  /** SIPp works on one core; at high rates several share the calls. */
  readonly processes?: number;
  /** Whether the time to each final answer is written down. */
  readonly traceLatency?: boolean;
  /** Milliseconds that each call stays up; 0 if absent. */
  readonly hold?: number;
}

/** Longest time that a call which hangs is waited for, in seconds: SIPp itself would wait for ever. */
const patience = 40;

/** Octets that wait for SIPp while others have its core: what is lost there would be the machine's fault. */
const receiveBuffer = 4_194_304;

/** Calls a server from one or several SIPp processes on the core of the load. */
export async function runSipp(load: SippLoad): Promise<LoadResult> {
  const processes = load.processes ?? 1;
  const share = { ...load, calls: Math.ceil(load.calls / processes), rate: Math.ceil(load.rate / processes) };
  return sumLoads(await Promise.all(Array.from({ length: processes }, () => runProcess(share))));
}

async function runProcess(load: SippLoad): Promise<LoadResult> {
  const folder = mkdtempSync(join(tmpdir(), "siplet-bench-"));
  try {
    const seconds = Math.ceil(load.calls / load.rate + (load.hold ?? 0) / 1000) + patience;
    const child = startSipp(folder, [...callerOptions(folder, load), "-timeout", `${seconds}s`]);
    const kill = setTimeout(() => child.kill("SIGKILL"), (seconds + 5) * 1000);
    await once(child, "close");
    clearTimeout(kill);
    return resultIn(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function callerOptions(folder: string, load: SippLoad): string[] {
  const amount = ["-m", String(load.calls), "-r", String(load.rate), "-l", "100000", "-d", String(load.hold ?? 0)];
  const trace = load.traceLatency === true ? ["-trace_rtt", "-rtt_freq", "1"] : [];
  const place = [`127.0.0.1:${load.port}`, "-i", "127.0.0.1", "-t", load.transport];
  return [...place, ...scriptOptions(folder, load.script), ...amount, ...trace, "-trace_stat", "-fd", "1"];
}

function scriptOptions(folder: string, script: SippScript): string[] {
  const text = scriptText(script);
  if (text === undefined) return ["-sn", script];
  const file = join(folder, "script.xml");
  writeFileSync(file, text);
  return ["-sf", file];
}

function startSipp(folder: string, options: readonly string[]): ChildProcess {
  const [command, ...leading] = pinned(1, "sipp");
  const common = ["-nostdin", "-buff_size", String(receiveBuffer)];
  const child = spawn(command, [...leading, ...options, ...common], { cwd: folder, stdio: "ignore" });
  child.on("error", () => {}); // told by the missing statistics
  return child;
}

function resultIn(folder: string): LoadResult {
  const names = readdirSync(folder);
  const statistics = names.find((name) => name.endsWith("_.csv"));
  if (statistics === undefined) {
    throw new BenchError("SIPp left no statistics; is it installed? apt-get install sip-tester");
  }
  const latencies = names.find((name) => name.endsWith("_rtt.csv"));
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  return {
    ...readStatistics(read(statistics)),
    latencies: latencies === undefined ? [] : readLatencies(read(latencies)),
  };
}

/** SIPp as the one who is called, behind a proxy or B2BUA. */
export class SippCallee {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(port: number, child: ChildProcess, folder: string) {
    this.port = port;
    this.#child = child;
    this.#folder = folder;
  }

  static start(port: number, script: SippScript): SippCallee {
    const folder = mkdtempSync(join(tmpdir(), "siplet-bench-"));
    const patient = ["-default_behaviors", "all,-abortunexp"]; // an INVITE that comes again is no reason to give up
    const options = ["-i", "127.0.0.1", "-p", String(port), "-t", "u1", ...patient, ...scriptOptions(folder, script)];
    return new SippCallee(port, startSipp(folder, options), folder);
  }

  async stop(): Promise<void> {
    const closed = once(this.#child, "close");
    this.#child.kill("SIGKILL");
    await closed;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
