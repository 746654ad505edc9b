import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BenchError } from "./bench-error.js";
import { pinned } from "./pinning.js";

/** What SIPp does to a server. */
export interface Load {
  readonly port: number;
  readonly calls: number;
  /** Calls a second. */
  readonly rate: number;
  readonly transport: "u1" | "t1";
}

/** What became of it. */
export interface LoadResult {
  readonly successful: number;
  readonly failed: number;
  readonly retransmitted: number;
}

/** Runs SIPp's own UAC: INVITE with SDP, 100, 180, 200, ACK, BYE, 200. */
export async function runLoad(load: Load): Promise<LoadResult> {
  const folder = mkdtempSync(join(tmpdir(), "siplet-bench-"));
  try {
    const [command, ...leading] = pinned(1, "sipp");
    const options = [
      "-sn",
      "uac",
      "-m",
      String(load.calls),
      "-r",
      String(load.rate),
      "-l",
      "20000",
      "-t",
      load.transport,
    ];
    const seconds = Math.ceil(load.calls / load.rate) + 40; // a call that hangs is given up, not waited for
    const statistics = ["-trace_stat", "-fd", "1", "-nostdin", "-i", "127.0.0.1", "-timeout", `${seconds}s`];
    const child = spawn(command, [...leading, `127.0.0.1:${load.port}`, ...options, ...statistics], {
      cwd: folder,
      stdio: "ignore",
    });
    child.on("error", () => {}); // told by the missing statistics
    await once(child, "close");
    return readStatistics(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readStatistics(folder: string): LoadResult {
  const file = readdirSync(folder).find((name) => name.endsWith(".csv"));
  if (file === undefined) throw new BenchError("SIPp left no statistics; is it installed (Debian: sip-tester)?");
  const lines = readFileSync(join(folder, file), "utf8").trim().split("\n");
  const names = lines[0]?.split(";") ?? [];
  const values = lines.at(-1)?.split(";") ?? [];
  const value = (name: string): number => Number(values[names.indexOf(name)] ?? 0);
  return {
    successful: value("SuccessfulCall(C)"),
    failed: value("FailedCall(C)"),
    retransmitted: value("Retransmissions(C)"),
  };
}
