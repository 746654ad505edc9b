import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BenchError } from "../bench-error.js";
import { kamailioCommand, type KamailioConfig } from "../servers/peers/kamailio-config.js";
import { pinned } from "../machine/pinning.js";
import type { ProbeReport } from "./probe.js";

/** What runs: a module in `servers/`, without ending, or Kamailio with one of our configurations. */
export type ServerProgram =
  | { readonly kind: "node"; readonly module: string; readonly args: readonly string[] }
  | { readonly kind: "kamailio"; readonly config: KamailioConfig };

/** Which server runs, and how it is called in the table. */
export interface ServerSpecification {
  readonly name: string;
  /** Ratios are taken to the floor; a subject is ours. */
  readonly role: "floor" | "peer" | "subject";
  readonly program: ServerProgram;
}

/** Where a server listens, and whom it calls. */
export interface ServerPlace {
  readonly port: number;
  readonly callee: number;
  readonly nodeOptions: readonly string[];
}

const startLimit = 15_000;

/** A server under load, on a core of its own where there are two. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly port: number;

  private constructor(child: ChildProcess, port: number, folder: string) {
    this.#child = child;
    this.port = port;
    this.#folder = folder;
  }

  /** @throws BenchError when it does not start */
  static async start({ name, program }: ServerSpecification, place: ServerPlace): Promise<ServerProcess> {
    const folder = mkdtempSync(join(tmpdir(), "siplet-bench-"));
    const child = program.kind === "node" ? startNode(program, place) : startKamailio(program.config, place, folder);
    const server = new ServerProcess(child, place.port, folder);
    try {
      await Promise.race([readyLine(child, program.kind), failure(child, name)]);
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What a server in Node tells of itself; undefined for others. */
  async probe(): Promise<ProbeReport | undefined> {
    if (!this.#child.connected) return undefined;
    const answer = once(this.#child, "message");
    this.#child.send("report");
    const [report] = (await answer) as [ProbeReport];
    return report;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid !== undefined) {
      const exited = once(this.#child, "exit");
      this.#child.kill("SIGTERM");
      const kill = setTimeout(() => this.#child.kill("SIGKILL"), 10_000);
      await exited;
      clearTimeout(kill);
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function startNode(program: Extract<ServerProgram, { kind: "node" }>, place: ServerPlace): ChildProcess {
  const module = fileURLToPath(new URL(`../servers/${program.module}.js`, import.meta.url));
  const probe = new URL("probe.js", import.meta.url).href;
  const [command, ...leading] = pinned(0, process.execPath);
  const args = [String(place.port), program.args[0] ?? String(place.callee), ...program.args.slice(1)];
  return spawn(command, [...leading, "--import", probe, ...place.nodeOptions, module, ...args], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
}

function startKamailio(config: KamailioConfig, place: ServerPlace, folder: string): ChildProcess {
  const [command, ...leading] = pinned(0, "kamailio");
  const child = spawn(command, [...leading, ...kamailioCommand(config, place, folder)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  return child;
}

/** Our servers say when they listen; Kamailio's workers are up once it says so or has lived for a second. */
function readyLine(child: ChildProcess, kind: ServerProgram["kind"]): Promise<void> {
  return new Promise((resolve) => {
    if (kind === "kamailio") setTimeout(resolve, 1500);
    child.stderr?.resume();
    child.stdout?.on("data", (chunk: Buffer) => {
      if (chunk.includes("ready")) resolve();
    });
  });
}

async function failure(child: ChildProcess, name: string): Promise<never> {
  const error = once(child, "error").then(([cause]) => (cause as Error).message);
  const exit = once(child, "exit").then(([code]) => `ended with code ${String(code)}`);
  const late = new Promise<string>((resolve) => void setTimeout(resolve, startLimit, "was not ready in time").unref());
  const reason = await Promise.race([error, exit, late]);
  const hint = name.startsWith("Kamailio") ? "; is it installed? apt-get install kamailio" : "";
  throw new BenchError(`The server "${name}" ${reason}${hint}`);
}
