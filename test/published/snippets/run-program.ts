import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";

/** How a program went. */
export interface ProgramRun {
  readonly ok: boolean;
  readonly output: string;
  /** How it ended. */
  readonly ending: string;
}

/** Ports that stand in documents because readers know them; a run takes free ones instead. */
const wellKnownPorts = /\b(5060|5061|5062|8080|3000)\b/g;

/** How long a program may stay silent before it counts as running. */
const silence = 2_000;
/** How long a running program may take to fall over after its first word. */
const steadiness = 500;
const drain = 10_000;

/**
 * Runs a compiled program: it passes when it ends well by itself, or runs on until it is told to end and then does so
 * without complaint.
 */
export async function runProgram(path: string): Promise<ProgramRun> {
  writeFileSync(path, await withFreePorts(readFileSync(path, "utf8")));
  const child = spawn(process.execPath, [path], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const spoke = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (text: Buffer) => {
        output += text.toString();
        resolve();
      });
    }
  });
  const ended = new Promise<string>((resolve) => {
    child.on("close", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const settled = Promise.race([spoke.then(() => pause(steadiness)), pause(silence)]).then(() => undefined);
  const early = await Promise.race([ended, settled]);
  if (early !== undefined) return { ok: early === "exit code 0", output, ending: early };
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), drain);
  const ending = await ended;
  clearTimeout(timer);
  return { ok: ending === "exit code 0" || ending === "SIGTERM", output, ending };
}

async function withFreePorts(source: string): Promise<string> {
  const ports = new Map<string, number>();
  for (const [port] of source.matchAll(wellKnownPorts)) if (!ports.has(port)) ports.set(port, await freePort());
  return source.replaceAll(wellKnownPorts, (port) => String(ports.get(port)));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
